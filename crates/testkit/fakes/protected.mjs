// A protected MCP server written with the official SDK, the real OpenID provider that gives tokens
// for it, and a browser that logs in there. Driven by lines on standard input, each answered by a
// line of JSON; ends with its input.
//
// The provider gives tokens for other servers as well, once it was told of them.
//
//   node protected.mjs MODULES [TOKEN_LIFETIME_SECONDS]

import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

// The provider gives advice on standard output, which is for answers.
console.info = console.warn = console.log = () => {};
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const [modules, lifetime = '3600'] = process.argv.slice(2);
const require = createRequire(`${modules}/x.js`);
const load = async (name) => import(pathToFileURL(require.resolve(name)));
const { Provider } = await load('oidc-provider');
const { default: express } = await load('express');
const { McpServer } = await load('@modelcontextprotocol/sdk/server/mcp.js');
const { StreamableHTTPServerTransport } = await load(
  '@modelcontextprotocol/sdk/server/streamableHttp.js',
);
const { requireBearerAuth } = await load(
  '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js',
);
const { InvalidTokenError } = await load('@modelcontextprotocol/sdk/server/auth/errors.js');

const SCOPES = ['tools:read', 'tools:write'];
const listen = (handler) =>
  new Promise((resolve) => {
    const server = handler.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });

// What happened, for the test to look at.
const counts = { authorization_code: 0, refresh_token: 0, refused: 0, registered: 0, revoked: 0 };
const grants = new Set();
const tokens = new Set();

// The provider's issuer has to be known before it listens.
const front = express();
const issuer = `http://127.0.0.1:${await listen(front)}`;
const app = express();
const origin = `http://127.0.0.1:${await listen(app)}`;
const resource = `${origin}/mcp`;

// Servers beside ours, with the scopes that they know, and how tokens for them are written.
const OTHERS = ['execute:typescript', 'execute:python', 'tools:read', 'admin'];
const others = new Set();
let format = 'opaque';
const key = (alg, type, options) => {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg };
};
const rsa = { modulusLength: 2048 };
const password = (client_id) => ({
  client_id,
  client_secret: `the password of ${client_id}`,
  redirect_uris: [],
  response_types: [],
});

const provider = new Provider(issuer, {
  jwks: {
    keys: [
      key('RS256', 'rsa', rsa),
      key('PS256', 'rsa', rsa),
      key('ES256', 'ec', { namedCurve: 'P-256' }),
      key('EdDSA', 'ed25519', {}),
    ],
  },
  scopes: ['openid', 'offline_access', ...OTHERS],
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
  clients: [
    { ...password('agent'), grant_types: ['client_credentials'] },
    { ...password('gateway'), grant_types: [] },
  ],
  extraTokenClaims: (_context, token) =>
    others.has(token.aud) ? { org: 'acme', groups: ['dev'] } : undefined,
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    registration: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, indicator) => {
        if (others.has(indicator)) {
          return {
            scope: OTHERS.join(' '),
            audience: indicator,
            accessTokenTTL: Number(lifetime),
            accessTokenFormat: format === 'opaque' ? 'opaque' : 'jwt',
            jwt: { sign: { alg: format } },
          };
        }
        if (indicator !== resource) throw new Error('another resource');
        return {
          scope: SCOPES.join(' '),
          audience: indicator,
          accessTokenTTL: Number(lifetime),
          accessTokenFormat: 'opaque',
        };
      },
    },
  },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.on('grant.success', (context) => (counts[context.oidc.params.grant_type] += 1));
provider.on('grant.error', () => (counts.refused += 1));
const clients = new Set();
provider.on('registration_create.success', (_context, client) => {
  counts.registered += 1;
  clients.add(client.clientId);
});
provider.on('revocation.error', () => {});
provider.on('grant.revoked', () => (counts.revoked += 1));
provider.on('access_token.saved', (token) => {
  grants.add(token.grantId);
  tokens.add(token);
});
provider.on('client_credentials.saved', (token) => tokens.add(token));
front.use(provider.callback());

const verifier = {
  async verifyAccessToken(text) {
    const token = await provider.AccessToken.find(text);
    if (!token || token.isExpired) throw new InvalidTokenError('no such token');
    return {
      token: text,
      clientId: token.clientId,
      scopes: [...token.scopes],
      expiresAt: token.exp,
      resource: new URL(token.aud),
    };
  },
};
const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
const guard = (scope) =>
  requireBearerAuth({
    verifier,
    requiredScopes: [scope],
    resourceMetadataUrl: metadata,
    expectedResource: resource,
  });
app.get('/.well-known/oauth-protected-resource/mcp', (_request, response) => {
  response.json({ resource, authorization_servers: [issuer], scopes_supported: SCOPES });
});
app.use(express.json());
app.use('/mcp', (request, response, next) => {
  const writes = request.body?.params?.name === 'write';
  guard(writes ? 'tools:write' : 'tools:read')(request, response, next);
});
app.all('/mcp', async (request, response) => {
  const server = new McpServer({ name: 'protected', version: '1' });
  const text = (words) => ({ content: [{ type: 'text', text: words }] });
  server.registerTool('read', { description: 'Reads' }, () => text('read'));
  server.registerTool('write', { description: 'Writes' }, () => text('written'));
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on('close', () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});

// A browser with a cookie jar, which follows redirects and fills in what it is asked.
async function browse(start) {
  const jar = new Map();
  let [url, body] = [start, undefined];
  for (let step = 0; step < 20; step += 1) {
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const local = new URL(url).origin === issuer;
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      body,
      redirect: 'manual',
      headers: local && cookies ? { cookie: cookies } : {},
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
      if (local) jar.set(name, value);
    }
    body = undefined;
    const next = response.headers.get('location');
    if (next) {
      url = new URL(next, url).href;
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    if (!action) return { status: response.status, page };
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    url = new URL(action, url).href;
    body = new URLSearchParams({ prompt, login: 'somebody', password: 'hunter2' });
  }
  return { status: 0, page: 'too many pages' };
}

const commands = {
  browse,
  // Ends everything that was granted: the next renewal is refused.
  async end() {
    for (const grant of grants) {
      await provider.AccessToken.revokeByGrantId(grant);
      await provider.RefreshToken.revokeByGrantId(grant);
    }
    return {};
  },
  // Ends access tokens only: renewals go on.
  async expire() {
    for (const token of tokens) await token.destroy();
    tokens.clear();
    return {};
  },
  // Forgets who registered.
  async forget() {
    for (const client of clients) await provider.Client.adapter.destroy(client);
    return {};
  },
  // From now on tokens are given for this server too, signed so or opaque.
  async accept(url, written) {
    others.add(url);
    format = written;
    return {};
  },
  // A token for a program of its own.
  async token(url, ...scopes) {
    const pair = `agent:${encodeURIComponent('the password of agent')}`;
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        resource: url,
        scope: scopes.join(' '),
      }),
    });
    const answered = await response.json();
    return { token: answered.access_token, page: JSON.stringify(answered) };
  },
  async get(url) {
    const response = await fetch(url, { redirect: 'manual' });
    return { status: response.status, page: await response.text() };
  },
  counts: () => counts,
};

answer({ resource, issuer });
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...rest] = line.split(' ');
  try {
    answer(await commands[command](...rest));
  } catch (error) {
    answer({ status: 0, page: String(error?.stack ?? error) });
  }
}
process.exit(0);
