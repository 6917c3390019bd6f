// The official SDK's client with its own OAuth, from nothing but a URL.
//
//   node from_zero.mjs MODULES URL
//
// Prints where somebody has to log in, waits for them to come back, then what a program printed.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, url] = process.argv.slice(2);
const require = createRequire(`${modules}/x.js`);
const load = async (name) => import(pathToFileURL(require.resolve(name)));
const { Client } = await load('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = await load(
  '@modelcontextprotocol/sdk/client/streamableHttp.js',
);
const { UnauthorizedError } = await load('@modelcontextprotocol/sdk/client/auth.js');
const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

let arrived;
const code = new Promise((resolve) => (arrived = resolve));
const callback = createServer((request, response) => {
  response.end('you may close this');
  arrived(new URL(request.url, 'http://127.0.0.1').searchParams.get('code'));
});
await new Promise((resolve) => callback.listen(0, '127.0.0.1', resolve));
const redirect = `http://127.0.0.1:${callback.address().port}/callback`;

const kept = {};
const provider = {
  redirectUrl: redirect,
  clientMetadata: {
    client_name: 'from zero',
    redirect_uris: [redirect],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  clientInformation: () => kept.client,
  saveClientInformation: (client) => (kept.client = client),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => (kept.tokens = tokens),
  redirectToAuthorization: (page) => tell({ authorize: page.href }),
  saveCodeVerifier: (verifier) => (kept.verifier = verifier),
  codeVerifier: () => kept.verifier,
};

const open = () => new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
const client = () => new Client({ name: 'from-zero', version: '1.0.0' });
const first = open();
try {
  await client().connect(first);
  throw new Error('it let us in');
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
}
await first.finishAuth(await code);
const ours = client();
const transport = open();
await ours.connect(transport);
const { tools } = await ours.listTools();
const result = await ours.callTool({
  name: 'executeTypescript',
  arguments: { code: 'console.log(2 + 2)' },
});
tell({ tools: tools.map((tool) => tool.name), text: result.structuredContent?.output ?? result.content });
await transport.terminateSession();
await ours.close();
callback.close();
