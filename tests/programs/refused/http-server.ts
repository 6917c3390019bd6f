// refused: a server of one's own; says: node:http; fetch
import http from 'node:http';
http.createServer((req, res) => res.end('ok')).listen(3000);
