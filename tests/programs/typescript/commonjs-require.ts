// features: commonjs, node-modules; oracle: node 22
const path = require('path');
const { EventEmitter } = require('node:events');
const util = require('util');
const crypto = require('crypto');
const assert = require('assert');
const { performance } = require('perf_hooks');
const { setTimeout: sleep } = require('timers/promises');
async function main() {
  console.log(path.join('a', 'b'), util.inspect({ a: 1 }), typeof performance.now());
  const e = new EventEmitter();
  e.on('x', (v: number) => console.log('got', v));
  e.emit('x', 1);
  assert.strictEqual(crypto.createHash('md5').update('').digest('hex'), 'd41d8cd98f00b204e9800998ecf8427e');
  await sleep(1);
  console.log(typeof module, typeof exports, typeof __filename, typeof __dirname, require.main === module);
  const { URL, URLSearchParams } = require('url');
  console.log(new URL('http://a/b').pathname, new URLSearchParams('a=1').get('a'), require('os').EOL === '\n', require('buffer').Buffer === Buffer);
  try { require('./missing'); } catch (err: any) { console.log(err.code); }
}
if (require.main === module) main().catch((err) => { console.error(err); process.exit(1); });
module.exports = { main };
