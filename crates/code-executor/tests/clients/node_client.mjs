// The official npm client of the 2026-07-28 generation, driving a server over stdio or HTTP.
//
// Reads one JSON object from stdin: command, args, cwd, env, or url; mode ("auto" or "legacy") and
// calls, a list of {name, arguments}. A call that is `told` collects its progress, one that is
// `abandoned` is cancelled at the first word of it.
// Prints one JSON object: protocolVersion, server, tools, results.
// The packages are found beside the package.json that FIXTURES_PACKAGE names.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.FIXTURES_PACKAGE);
const { Client, StreamableHTTPClientTransport } = require('@modelcontextprotocol/client');
const { StdioClientTransport } = require('@modelcontextprotocol/client/stdio');

const { mode, calls, url, ...server } = JSON.parse(readFileSync(0, 'utf8'));
const client = new Client(
  { name: 'node-client', version: '1.0.0' },
  { versionNegotiation: { mode } },
);
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
    results.push({ ...(await client.callTool(call, options)), progress });
  } catch (error) {
    if (!abandoned) throw error;
    results.push({ cancelled: true, progress });
  }
}
const answer = {
  protocolVersion: client.getNegotiatedProtocolVersion(),
  server: client.getServerVersion()?.name,
  tools: listed.tools.map((tool) => tool.name),
  results,
};
if (url && mode === 'legacy') await transport.terminateSession();
await client.close();
console.log(JSON.stringify(answer));
