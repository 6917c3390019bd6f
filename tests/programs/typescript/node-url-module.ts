// features: url, node-modules; oracle: node 22
import url, { fileURLToPath, pathToFileURL, URL as U, format, parse, resolve, domainToASCII, urlToHttpOptions } from 'node:url';
console.log(fileURLToPath('file:///tmp/a%20b.txt'), pathToFileURL('/tmp/x y#1.txt').href, U === URL, typeof url.parse);
const p = parse('http://user:pw@host.com:8080/p/a/t/h?query=string&x=1#hash', true);
console.log(p.protocol, p.auth, p.host, p.port, p.hostname, p.pathname, { ...p.query }, p.search, p.hash, p.path);
console.log(format({ protocol: 'https', host: 'x.y', pathname: '/a', query: { b: 1 } }), resolve('/one/two/three', 'four'), resolve('http://example.com/one', '/two'), domainToASCII('español.com'));
console.log(urlToHttpOptions(new URL('https://a:b@c.d:81/e?f')).path, format(new URL('http://a.b/c?d#e'), { fragment: false, search: false }));
try { fileURLToPath('http://x'); } catch (e: any) { console.log(e.code); }
