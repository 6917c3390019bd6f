// features: math, formatting, intl; oracle: node 22
const readings = [{ city: 'Oslo', c: -3.5, wind: 12.2 }, { city: 'Cairo', c: 31, wind: 4.75 }, { city: 'Lima', c: 18.25, wind: 0 }];
const toF = (c: number) => (c * 9) / 5 + 32;
const dir = (deg: number) => ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'][Math.round((deg % 360) / 45) % 8];
for (const { city, c, wind } of readings) console.log(`${city.padEnd(6)} ${c.toFixed(1).padStart(6)}°C ${toF(c).toFixed(1).padStart(6)}°F ${new Intl.NumberFormat('en-US', { style: 'unit', unit: 'kilometer-per-hour', maximumFractionDigits: 1 }).format(wind * 3.6).padStart(11)}`);
console.log([0, 44, 90, 200, 359].map(dir).join(' '));
const haversine = (a: [number, number], b: [number, number]) => { const r = Math.PI / 180, [dl, dg] = [(b[0] - a[0]) * r, (b[1] - a[1]) * r]; const h = Math.sin(dl / 2) ** 2 + Math.cos(a[0] * r) * Math.cos(b[0] * r) * Math.sin(dg / 2) ** 2; return 6371 * 2 * Math.asin(Math.sqrt(h)); };
console.log(haversine([52.52, 13.405], [48.8566, 2.3522]).toFixed(3), 'km', haversine([0, 0], [0, 0]));
for (const [unit, n] of [['celsius', 21.5], ['liter', 3], ['mile', 26.2], ['percent', 45], ['megabyte', 1.5], ['hour', 1], ['day', 2], ['kilogram', 70], ['meter', 1.8], ['second', 90]] as [string, number][]) console.log(unit, '|', new Intl.NumberFormat('en-US', { style: 'unit', unit }).format(n), '|', new Intl.NumberFormat('en-US', { style: 'unit', unit, unitDisplay: 'long' }).format(n), '|', new Intl.NumberFormat('de-DE', { style: 'unit', unit, unitDisplay: 'narrow' }).format(n));
const bmi = (kg: number, m: number) => kg / m ** 2; console.log(bmi(70, 1.75).toFixed(1), Math.log10(1000), Math.log1p(1e-10), Math.expm1(1e-10), Math.sinh(1), Math.atan2(1, 1), Math.sin(Math.PI), Math.cos(1e6), Math.tan(1.5), Math.exp(1), 10 ** -3, Math.pow(2, 0.5), Math.sqrt(2), Math.cbrt(2), Math.acosh(2), Math.log(10));
const mortgage = (p: number, r: number, y: number) => { const m = r / 12, n = y * 12; return (p * m) / (1 - (1 + m) ** -n); };
const pay = mortgage(250_000, 0.045, 30); console.log(pay.toFixed(2), (pay * 360).toLocaleString('en-US', { style: 'currency', currency: 'USD' }));
let bal = 250_000; for (let m = 1; m <= 3; m++) { const i = (bal * 0.045) / 12; bal -= pay - i; console.log(m, i.toFixed(2), (pay - i).toFixed(2), bal.toFixed(2)); }
console.log(['1e3', '0x10', '1_000', ' 12 ', '12abc', '', '-0', '.5', '5.', '1e400'].map((s) => [Number(s), parseFloat(s)]), (0.1).toFixed(20), (1e21).toFixed(2), (123.456).toPrecision(2), 0.000001, 0.0000001, 1e20, 1e21, -1e-7, 100 .toString(), 1.0, 5e-7.toFixed(10));
const compound = Array.from({ length: 5 }, (_, y) => +(1000 * 1.05 ** (y + 1)).toFixed(2)); console.log(compound, compound.reduce((a, b) => a + b).toFixed(2)); const gini = (xs: number[]) => { const s = xs.toSorted((a, b) => a - b), n = s.length; return s.reduce((t, x, i) => t + (2 * (i + 1) - n - 1) * x, 0) / (n * s.reduce((a, b) => a + b)); }; console.log(gini([1, 2, 3, 4, 10]));
