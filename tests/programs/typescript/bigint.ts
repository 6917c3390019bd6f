// features: bigint, math; oracle: node 22
const factorial = (n: bigint): bigint => (n <= 1n ? 1n : n * factorial(n - 1n));
console.log(factorial(30n), 2n ** 100n, -7n / 2n, -7n % 3n, BigInt('0xff'), BigInt(2 ** 53) + 1n);
console.log(typeof 1n, 1n === (1 as any), 1n == (1 as any), 2n > 1, [3n, 1, 2n].sort((a, b) => (a < b ? -1 : 1)), 0n ? 't' : 'f');
console.log(BigInt.asUintN(8, 257n), BigInt.asIntN(8, 255n), (123456789n).toString(36), Number(2n ** 64n), parseInt('12345678901234567890'), BigInt('12345678901234567890'));
try { (1n as any) + 1; } catch (e: any) { console.log(e.name, e.message); }
try { BigInt(1.5); } catch (e: any) { console.log(e.name, e.message); }
try { BigInt('abc'); } catch (e: any) { console.log(e.name, e.message); }
try { 1n / 0n; } catch (e: any) { console.log(e.name, e.message); }
const powmod = (b: bigint, e: bigint, m: bigint) => { let r = 1n; for (b %= m; e > 0n; e >>= 1n, b = (b * b) % m) if (e & 1n) r = (r * b) % m; return r; };
console.log(powmod(3n, 1000n, 1000000007n));
const gcd = (a: bigint, b: bigint): bigint => (b ? gcd(b, a % b) : a);
console.log(gcd(2n ** 64n, 6n ** 30n), [1n, 2n], { big: 10n }, new BigInt64Array([1n, -1n]), 5n << 3n, ~5n, 6n ^ 3n);
const isqrt = (n: bigint) => { let x = n, y = (x + 1n) / 2n; while (y < x) { x = y; y = (x + n / x) / 2n; } return x; };
console.log(isqrt(2n * 10n ** 60n), `${10n}`, (1234567n).toLocaleString('en-US'), (1234567n).toLocaleString('de-DE'));
