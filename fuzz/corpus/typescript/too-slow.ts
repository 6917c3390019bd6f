// What is left when a program runs out of time: its output so far, the limit that stopped it, and
// the calls it had made, the unfinished one included. Run it with `--timeout 500ms`: it fails.
for (const ms of [1, 2, 60_000]) {
  console.log(`waiting ${ms} ms`);
  await callMCPTool('mcp__demo__slow', { ms });
}
