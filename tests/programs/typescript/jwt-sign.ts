// features: node-crypto, base64, json; oracle: node 22
import crypto from 'node:crypto';

const b64url = (x: string | Buffer) => Buffer.from(x as any).toString('base64').replace(/=/g, '').replace(/\+/g, '-').replace(/\//g, '_');
function signJWT(payload: object, secret: string): string {
  const head = b64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }));
  const body = b64url(JSON.stringify(payload));
  const sig = crypto.createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${sig}`;
}
function verifyJWT(token: string, secret: string) {
  const [h, p, s] = token.split('.');
  const expected = crypto.createHmac('sha256', secret).update(`${h}.${p}`).digest();
  const given = Buffer.from(s, 'base64url');
  if (expected.length !== given.length || !crypto.timingSafeEqual(expected, given)) throw new Error('invalid signature');
  const payload = JSON.parse(Buffer.from(p, 'base64url').toString('utf8'));
  if (payload.exp < 1700000000) throw new Error('token expired');
  return payload;
}
const token = signJWT({ sub: '1234567890', name: 'Jöhn Doe', iat: 1516239022, exp: 1800000000 }, 'shh');
console.log(token);
console.log(verifyJWT(token, 'shh'));
for (const [t, k] of [[token, 'wrong'], [signJWT({ exp: 1 }, 'shh'), 'shh'], [token.slice(0, -2), 'shh']]) {
  try { verifyJWT(t, k); } catch (e) { console.log(`Error: ${(e as Error).message}`); }
}
