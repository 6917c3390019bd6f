// The client under test of the official conformance suite: our binary, which runs a program that makes
// the calls a scenario asks for. Called by the suite with the URL of its server as the last argument.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const url = process.argv.at(-1);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? '';
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');
const binary = process.env.CODE_EXECUTOR_BINARY;

// What a program calls; where a scenario needs nothing in particular, every tool there is.
const programs = {
  initialize: 'await discoverMCPTools();',
  tools_call: "console.log(await callMCPTool('mcp__it__add_numbers', { a: 5, b: 3 }));",
  'sse-retry': "console.log(await callMCPTool('mcp__it__test_reconnection', {}));",
  'elicitation-sep1034-client-defaults':
    "console.log(await callMCPTool('mcp__it__test_client_elicitation_defaults', {}));",
  'http-custom-headers': `
    for (const call of ${JSON.stringify(context.toolCalls ?? [])}) {
      for (const [name, value] of Object.entries(call.arguments)) {
        if (value === null) delete call.arguments[name];
      }
      try { console.log(await callMCPTool('mcp__it__' + call.name, call.arguments)); }
      catch (error) { console.log(error.message); }
    }`,
  'json-schema-2020-12-preservation': `
    const { inputSchema } = await getToolSchema('mcp__it__json_schema_2020_12_tool');
    await callMCPTool('mcp__it__json_schema_echo', { schema: inputSchema });`,
};
const everything = `
  for (const tool of await discoverMCPTools()) {
    const schema = await getToolSchema(tool.name);
    const values = { string: 'text', number: 1, integer: 1, boolean: true, array: [], object: {} };
    const parameters = Object.entries(schema?.inputSchema?.properties ?? {});
    const args = Object.fromEntries(parameters.map(([name, of]) => [name, values[of.type] ?? 'text']));
    try { console.log(tool.name, await callMCPTool(tool.name, args)); }
    catch (error) { console.log(tool.name, error.message); }
  }`;

// Who we are to a scenario's provider, where the scenario has decided that.
const oauth = { clientId: context.client_id, clientSecret: context.client_secret };
if (scenario.includes('client-credentials')) oauth.grant = 'client_credentials';
if (scenario.includes('cimd')) {
  oauth.clientMetadataUrl = 'https://conformance-test.local/client-metadata.json';
}

const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
try {
  const environment = { ...process.env };
  for (const name of ['HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME']) {
    environment[name] = join(folder, name);
    mkdirSync(environment[name]);
  }
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({
    mcpServers: { it: { type: 'http', url, oauth } },
  }));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({
    security: { auditLogPath: join(folder, 'audit.log') },
  }));
  writeFileSync(join(folder, 'program.ts'), programs[scenario] ?? everything);
  const own = ['--config', join(folder, 'config.json'), '--mcp-config', join(folder, 'mcp.json')];
  const here = { cwd: folder, env: environment, encoding: 'utf8', timeout: 60_000 };
  const call = () => {
    const ran = spawnSync(binary, ['exec', ...own, '--allow', 'mcp__*', join(folder, 'program.ts')], here);
    console.log(ran.stdout, ran.stderr);
    return ran;
  };
  // The user, who does what an error says, and whose browser is sent back at once.
  const login = async () => {
    const child = spawn(binary, ['upstreams', 'login', 'it', '--json', ...own], here);
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, url: page, error } = JSON.parse(line);
      if (error) console.log(error);
      if (event === 'waiting') await (await fetch(page)).text();
    }
    return child.exitCode ?? new Promise((resolve) => child.on('exit', resolve));
  };
  let ran = call();
  for (let logins = 0; logins < 3; logins += 1) {
    if (!`${ran.stdout}${ran.stderr}`.includes('run `code-executor upstreams login it`')) break;
    if ((await login()) !== 0) {
      ran = { status: 1 };
      break;
    }
    ran = call();
  }
  process.exitCode = ran.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
