// Which tools there are, server by server. Works with any servers: what may not be called is
// listed as well, and marked.
const tools = await discoverMCPTools();
const servers = Object.groupBy(tools, ({ server }) => server);

for (const [server, offered = []] of Object.entries(servers)) {
  console.log(`${server}: ${offered.length} tools`);
  for (const { name, description, callable } of offered) {
    const [firstSentence] = description.split(/(?<=\.) /);
    console.log(`  ${callable ? '+' : '-'} ${name.padEnd(28)} ${firstSentence.slice(0, 60)}`);
  }
}

// Everything about one of them: JSON Schemas, and the same as a TypeScript declaration.
const [search] = await searchTools('search the notes', 1);
const schema = await getToolSchema(search.name);
console.log(`\n${schema?.declaration.trimEnd()}`);
