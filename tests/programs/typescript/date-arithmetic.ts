// features: dates; oracle: node 22
const addDays = (d: Date, n: number) => { const r = new Date(d); r.setUTCDate(r.getUTCDate() + n); return r; };
const addMonths = (d: Date, n: number) => {
  const r = new Date(d);
  const day = r.getUTCDate();
  r.setUTCDate(1);
  r.setUTCMonth(r.getUTCMonth() + n);
  r.setUTCDate(Math.min(day, new Date(Date.UTC(r.getUTCFullYear(), r.getUTCMonth() + 1, 0)).getUTCDate()));
  return r;
};
const iso = (d: Date) => d.toISOString().slice(0, 10);
const start = new Date('2024-01-31T00:00:00Z');
for (let i = 0; i <= 4; i++) console.log(iso(addMonths(start, i)), iso(addDays(start, i * 30)));

function isoWeek(d: Date): string {
  const t = new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()));
  const dayNum = t.getUTCDay() || 7;
  t.setUTCDate(t.getUTCDate() + 4 - dayNum);
  const yearStart = new Date(Date.UTC(t.getUTCFullYear(), 0, 1));
  const week = Math.ceil(((+t - +yearStart) / 86400000 + 1) / 7);
  return `${t.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}
for (const s of ['2024-12-30', '2021-01-03', '2020-12-31', '2024-02-29', '2026-01-01']) console.log(s, isoWeek(new Date(s)));

const isLeap = (y: number) => (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
console.log([1900, 2000, 2023, 2024].map((y) => `${y}:${isLeap(y)}`).join(' '));
const diff = (a: string, b: string) => Math.round((Date.parse(b) - Date.parse(a)) / 864e5);
console.log(diff('2024-01-01', '2024-12-31'), diff('2023-03-01', '2024-03-01'));
const d = new Date(2024, 1, 29, 15, 4, 5, 678);
console.log(d.toString());
console.log(d.toDateString(), '|', d.toTimeString(), '|', d.toUTCString(), '|', d.toJSON());
console.log(new Date('invalid').getTime(), String(new Date(NaN)));
console.log(new Date(0), [new Date(86400000)], { at: new Date('2024-05-05T05:05:05.005Z') });
console.log(Date.UTC(2024, 0), new Date('2024-03-10').getDay(), new Date('Mar 10, 2024 10:00 PM').toISOString());
try { new Date(NaN).toISOString(); } catch (e) { console.log((e as Error).name, (e as Error).message); }
