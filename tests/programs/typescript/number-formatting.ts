// features: formatting, math; oracle: node 22
const nums = [0, 1.005, 1234.5678, -0.1, 1e21, 1e-7, 255, 0.1 + 0.2, 123456789.123, 5e-324, 1.7976931348623157e308];
for (const n of nums) console.log(String(n), n.toFixed(2), n.toPrecision(4), n.toExponential(2));
console.log((255).toString(16), (255).toString(2).padStart(10, '0'), (0.5).toString(2), (35).toString(36), (-255).toString(16), parseInt('ff', 16), parseInt('12px'), parseFloat('3.14abc'), Number('  42  '), Number(''), Number('0b11'), Number(null), Number([5]), Number('1,000'));
const bytes = (n: number) => { const u = ['B', 'KB', 'MB', 'GB', 'TB']; const i = n ? Math.min(Math.floor(Math.log(n) / Math.log(1024)), u.length - 1) : 0; return `${(n / 1024 ** i).toFixed(i ? 1 : 0)} ${u[i]}`; };
console.log([0, 512, 1024, 1536, 1048576, 5e9, 1e15].map(bytes));
const duration = (ms: number) => { const s = Math.floor(ms / 1000), h = Math.floor(s / 3600), m = Math.floor((s % 3600) / 60); return `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}:${String(s % 60).padStart(2, '0')}.${String(ms % 1000).padStart(3, '0')}`; };
console.log(duration(3723004), duration(59999), (1234.5).toLocaleString('en-US', { minimumFractionDigits: 2 }), (0.256).toLocaleString('en-US', { style: 'percent', minimumFractionDigits: 1 }), (5).toLocaleString('en-US', { minimumIntegerDigits: 2 }));
const roman = (n: number) => ([[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']] as [number, string][]).reduce((s, [v, r]) => { while (n >= v) { s += r; n -= v; } return s; }, '');
console.log([1994, 2024, 49].map(roman), Number.EPSILON, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, Number.isInteger(5.0), Number.isSafeInteger(2 ** 53), isNaN('x' as any), Number.isNaN('x' as any), Math.round(-0.5), Math.round(2.5), (2.345).toFixed(2), (1.45).toFixed(1), (8.345).toFixed(2), (25).toPrecision(1));
const round = (n: number, d: number) => Math.round((n + Number.EPSILON) * 10 ** d) / 10 ** d;
console.log(round(1.005, 2), round(-1.555, 2), +(0.1 * 3).toFixed(10), 0.1 * 3, 9007199254740993, 1 / 3, 100 / 3, -1 / 3, 1e300 * 1e10, Math.PI * 1e5, 123e-20, 2 ** -20, 4.35 * 100, 1.1 * 3);
for (const l of ['en-US', 'de-DE', 'fr-FR', 'en-IN', 'es-ES', 'pt-PT', 'pl-PL', 'de-CH', 'ru-RU', 'ja-JP', 'hi-IN', 'ar-EG']) console.log(l, (1234567.891).toLocaleString(l), (1234).toLocaleString(l));
