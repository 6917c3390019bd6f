// features: node-util, promises; oracle: node 22
import { promisify, format, inherits, deprecate, types, parseArgs, styleText, stripVTControlCharacters, callbackify, TextDecoder as TD, isArray, toUSVString, debuglog } from 'node:util';
const legacy = (a: number, b: number, cb: (e: Error | null, r?: number) => void) => setTimeout(() => (b === 0 ? cb(new Error('division by zero')) : cb(null, a / b)), 1);
const divide = promisify(legacy);
console.log(await divide(10, 4));
await divide(1, 0).catch((e) => console.log(e.message));
callbackify(async (x: number) => x * 2)(21, (err, r) => console.log('callback', err, r));
await new Promise((r) => setTimeout(r, 2));
console.log(format('%s=%d %j %o extra', 'x', 5, { y: 1 }, 'z', { more: [1] }), format(1, 2, '3'), format('%s', 'a', 'b'));
const { values, positionals } = parseArgs({
  args: ['build', '--watch', '-o', 'dist', '--level=3', 'src', '--tag', 'a', '--tag', 'b', '--no-color'],
  options: { watch: { type: 'boolean', short: 'w' }, out: { type: 'string', short: 'o' }, level: { type: 'string', default: '1' }, tag: { type: 'string', multiple: true }, color: { type: 'boolean', default: true } },
  allowPositionals: true, allowNegative: true,
});
console.log(values, positionals);
try { parseArgs({ args: ['--bad'], options: {} }); } catch (e: any) { console.log(e.code, e.message.split('\n')[0]); }
console.log(types.isMap(new Map()), types.isTypedArray(new Int8Array()), types.isAsyncFunction(async () => {}), types.isGeneratorFunction(function* () {}), types.isNativeError(new TypeError()), types.isProxy(new Proxy({}, {})));
function Animal(this: any, name: string) { this.name = name; }
function Dog(this: any, name: string) { (Animal as any).call(this, name); }
inherits(Dog as any, Animal as any);
(Animal as any).prototype.speak = function () { return `${this.name} speaks`; };
console.log(new (Dog as any)('Rex').speak(), new (Dog as any)('Rex') instanceof (Animal as any));
console.log(stripVTControlCharacters('\u001b[31mred\u001b[0m'), JSON.stringify(styleText('red', 'x')), isArray([]), new TD().encoding);
console.log(toUSVString('a\ud800b'), typeof debuglog('x'), typeof deprecate(() => 1, 'old'));
