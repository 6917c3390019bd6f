// The official npm client of the 2026-07-28 generation, driving a server over stdio.
//
// Reads one JSON object from stdin: command, args, cwd, env, mode ("auto" or "legacy") and calls, a
// list of {name, arguments}. Prints one JSON object: protocolVersion, server, tools, results.
// The packages are found beside the package.json that FIXTURES_PACKAGE names.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.FIXTURES_PACKAGE);
const { Client } = require('@modelcontextprotocol/client');
const { StdioClientTransport } = require('@modelcontextprotocol/client/stdio');

const { mode, calls, ...server } = JSON.parse(readFileSync(0, 'utf8'));
const client = new Client(
  { name: 'node-client', version: '1.0.0' },
  { versionNegotiation: { mode } },
);
await client.connect(new StdioClientTransport(server));
const listed = await client.listTools();
const results = [];
for (const call of calls) {
  results.push(await client.callTool(call));
}
const answer = {
  protocolVersion: client.getNegotiatedProtocolVersion(),
  server: client.getServerVersion()?.name,
  tools: listed.tools.map((tool) => tool.name),
  results,
};
await client.close();
console.log(JSON.stringify(answer));
