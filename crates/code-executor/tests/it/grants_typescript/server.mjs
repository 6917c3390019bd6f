// A server to be fetched from, on a free port that it prints. It ends with its standard input.
import http from 'node:http';
import zlib from 'node:zlib';

const answers = {
  '/json': (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":[1,2]}'),
  '/gzip': (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(zlib.gzipSync('hello '.repeat(10))),
  '/redirect': (response) => response.writeHead(302, { location: '/json' }).end(),
  '/slow': () => {},
  '/bom': (response) => response.writeHead(200).end(Buffer.from([0xef, 0xbb, 0xbf, 0x78, 0xff])),
  '/cookies': (response) => response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'], x: ['1', '2'], 'content-length': '0' }).end(),
  '/204': (response) => response.writeHead(204).end(),
};
const server = http.createServer(async (request, response) => {
  if (request.method === 'GET') {
    (answers[request.url] ?? ((response) => response.writeHead(404).end('no such thing')))(response);
    return;
  }
  const parts = [];
  for await (const part of request) parts.push(part);
  const { 'content-type': type, 'x-a': x, cookie, authorization } = request.headers;
  response.end(request.method === 'HEAD' ? '' : JSON.stringify({ method: request.method, type, body: Buffer.concat(parts).toString('latin1'), x, cookie, authorization }));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
