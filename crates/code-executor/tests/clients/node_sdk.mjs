// The official npm SDK of the generation before 2026-07-28, driving a server over stdio.
//
// The same contract as node_client.mjs, but that its only mode is "legacy" and that it does not tell
// the protocol version.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.FIXTURES_PACKAGE);
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StdioClientTransport } = require('@modelcontextprotocol/sdk/client/stdio.js');

const { mode: _, calls, ...server } = JSON.parse(readFileSync(0, 'utf8'));
const client = new Client({ name: 'node-sdk', version: '1.0.0' });
await client.connect(new StdioClientTransport(server));
const listed = await client.listTools();
const results = [];
for (const call of calls) {
  results.push(await client.callTool(call));
}
const answer = {
  server: client.getServerVersion()?.name,
  tools: listed.tools.map((tool) => tool.name),
  results,
};
await client.close();
console.log(JSON.stringify(answer));
