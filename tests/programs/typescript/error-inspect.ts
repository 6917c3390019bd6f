// features: errors, inspect; oracle: node 22
function strip(s: string) { return s.replace(/\n\s+at .*/g, '').replace(/\(?(file:\/\/)?\/[^\s)]*\)?/g, ''); }
import { inspect } from 'node:util';
class ValidationError extends Error { name = 'ValidationError'; constructor(public field: string, m: string) { super(m); } }
console.log(strip(inspect(new Error('plain'))));
console.log(strip(inspect(new TypeError('typed'))));
console.log(strip(inspect(new ValidationError('email', 'is invalid'))));
console.log(strip(inspect(new Error('outer', { cause: new Error('inner') }))));
console.log(strip(inspect(Object.assign(new Error('with code'), { code: 'E_X', status: 404 }))));
console.log(strip(inspect({ err: new RangeError('nested') })));
console.log(strip(inspect([new Error('in list')])));
const noStack = new Error('no stack'); noStack.stack = undefined; console.log(inspect(noStack));
const own = new Error('own'); own.stack = 'Custom: stack line'; console.log(inspect(own), `${own}`);
console.log(inspect(new Error('')).split('\n')[0], String(new Error()), inspect(Object.create(Error.prototype)).split('\n')[0]);
class MyErr extends Error {} console.log(inspect(new MyErr('x')).split('\n')[0], new MyErr('x').name, new MyErr('y').constructor.name);
const e = new Error('multi\nline'); console.log(e.stack!.split('\n').slice(0, 2));
