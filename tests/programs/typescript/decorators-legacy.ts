// features: decorators, classes, metadata; oracle: deno 2.9
const log: string[] = [];
function Log(target: any, key: string, descriptor: PropertyDescriptor) {
  const original = descriptor.value;
  descriptor.value = function (...args: any[]) {
    log.push(`${key}(${args.join(', ')})`);
    return original.apply(this, args);
  };
  return descriptor;
}
function Memoize() {
  return function (_t: any, _k: string, d: PropertyDescriptor) {
    const cache = new Map<string, unknown>();
    const fn = d.value;
    d.value = function (...args: unknown[]) {
      const key = JSON.stringify(args);
      if (!cache.has(key)) cache.set(key, fn.apply(this, args));
      return cache.get(key);
    };
  };
}
const registry = new Map<string, Function>();
function Injectable(name: string) { return (ctor: Function) => { registry.set(name, ctor); }; }
function Min(limit: number) {
  return (target: any, key: string) => {
    let value: number;
    Object.defineProperty(target, key, {
      get: () => value,
      set: (v: number) => { if (v < limit) throw new RangeError(`${key} must be >= ${limit}`); value = v; },
      configurable: true,
    });
  };
}
const params: string[] = [];
function Param(_t: any, key: string, index: number) { params.push(`${key}#${index}`); }

@Injectable('calc')
class Calculator {
  calls = 0;
  @Log @Memoize() slowSquare(n: number) { this.calls++; return n * n; }
  @Log static add(@Param a: number, @Param b: number) { return a + b; }
}
class Account { @Min(0) declare balance: number; }
const c = new Calculator();
console.log(c.slowSquare(4), c.slowSquare(4), c.calls, Calculator.add(1, 2));
console.log(log.join(' | '));
console.log(params.join(' '), registry.get('calc') === Calculator);
const acc = new Account();
acc.balance = 5;
try { acc.balance = -1; } catch (e) { console.log((e as Error).message, acc.balance); }
