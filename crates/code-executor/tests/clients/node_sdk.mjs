// The official npm SDK of the generation before 2026-07-28, driving a server over stdio or
// HTTP.
//
// The same contract as node_client.mjs, but that its only mode is "legacy" and that it does not tell
// the protocol version.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.FIXTURES_PACKAGE);
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StdioClientTransport } = require('@modelcontextprotocol/sdk/client/stdio.js');
const {
  StreamableHTTPClientTransport,
} = require('@modelcontextprotocol/sdk/client/streamableHttp.js');

const { mode: _, calls, url, ...server } = JSON.parse(readFileSync(0, 'utf8'));
const client = new Client({ name: 'node-sdk', version: '1.0.0' });
const transport = url ? new StreamableHTTPClientTransport(new URL(url)) : new StdioClientTransport(server);
await client.connect(transport);
const listed = await client.listTools();
const results = [];
for (const { told, abandoned, ...call } of calls) {
  const progress = [];
  const gone = new AbortController();
  const onprogress = ({ message }) => {
    progress.push(message);
    if (abandoned) gone.abort('no longer wanted');
  };
  const options = told || abandoned ? { onprogress, signal: gone.signal } : {};
  try {
    results.push({ ...(await client.callTool(call, undefined, options)), progress });
  } catch (error) {
    if (!abandoned) throw error;
    results.push({ cancelled: true, progress });
  }
}
const answer = {
  server: client.getServerVersion()?.name,
  tools: listed.tools.map((tool) => tool.name),
  results,
};
if (url) await transport.terminateSession();
await client.close();
console.log(JSON.stringify(answer));
