// features: node-assert, errors; oracle: node 22
import assert, { AssertionError, strictEqual, deepStrictEqual, throws, rejects, ok } from 'node:assert';
const tests: [string, () => unknown][] = [
  ['ok', () => ok(1)],
  ['equal', () => assert.equal(1, '1' as any)],
  ['strictEqual', () => strictEqual(2 + 2, 4)],
  ['deep', () => deepStrictEqual({ a: [1, { b: new Date(0) }] }, { a: [1, { b: new Date(0) }] })],
  ['deep map', () => deepStrictEqual(new Map([[1, new Set([2])]]), new Map([[1, new Set([2])]]))],
  ['notEqual', () => assert.notStrictEqual(NaN, 1)],
  ['throws', () => throws(() => { throw new TypeError('bad'); }, TypeError)],
  ['throws msg', () => throws(() => { throw new Error('bad thing'); }, /thing/)],
  ['throws obj', () => throws(() => { throw new RangeError('r'); }, { name: 'RangeError', message: 'r' })],
  ['match', () => assert.match('abc', /b/)],
  ['fails', () => assert.deepStrictEqual([1, 2], [1, 3])],
  ['fails msg', () => strictEqual(1, 2, 'custom message')],
  ['fail()', () => assert.fail('forced')],
  ['no throw', () => throws(() => {})],
  ['falsy', () => assert(0)],
];
for (const [name, fn] of tests) {
  try { fn(); console.log('PASS', name); } catch (e) {
    const err = e as AssertionError;
    console.log('FAIL', name, err.name, err.code, err instanceof AssertionError ? [err.actual, err.expected, err.operator] : '');
  }
}
await rejects(Promise.reject(new Error('async')), /async/);
await assert.doesNotReject(Promise.resolve(1));
try { strictEqual(1, 2); } catch (e: any) { console.log(e.message); }
try { strictEqual('a', 'b', new TypeError('own')); } catch (e: any) { console.log(e.name, e.message); }
try { assert.notStrictEqual(1, 1); } catch (e: any) { console.log(e.message); }
try { assert.deepEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }); } catch (e: any) { console.log(e.message); }
