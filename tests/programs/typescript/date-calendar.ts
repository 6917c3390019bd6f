// features: dates, formatting; oracle: node 22
function calendar(year: number, month: number): string {
  const first = new Date(Date.UTC(year, month, 1)), days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const title = first.toLocaleString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const cells = [...Array((first.getUTCDay() + 6) % 7).fill('  '), ...Array.from({ length: days }, (_, i) => String(i + 1).padStart(2))];
  const rows: string[] = [];
  for (let i = 0; i < cells.length; i += 7) rows.push(cells.slice(i, i + 7).join(' '));
  return [title.padStart(10 + title.length / 2), 'Mo Tu We Th Fr Sa Su', ...rows].join('\n');
}
console.log(calendar(2024, 1));
console.log(calendar(2026, 10));
const easter = (y: number) => { const a = y % 19, b = Math.floor(y / 100), c = y % 100, d = b >> 2, e = b % 4, f = Math.floor((b + 8) / 25), g = Math.floor((b - f + 1) / 3), h = (19 * a + b - d - g + 15) % 30, i = c >> 2, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7, m = Math.floor((a + 11 * h + 22 * l) / 451), n = h + l - 7 * m + 114; return `${y}-${String(Math.floor(n / 31)).padStart(2, '0')}-${String((n % 31) + 1).padStart(2, '0')}`; };
console.log([2023, 2024, 2025, 2030].map(easter));
const businessDays = (a: string, b: string, holidays: string[] = []) => { let n = 0; for (const d = new Date(a); d <= new Date(b); d.setDate(d.getDate() + 1)) if (d.getDay() % 6 && !holidays.includes(d.toISOString().slice(0, 10))) n++; return n; };
console.log(businessDays('2024-12-20', '2025-01-03', ['2024-12-25', '2025-01-01']));
function parseISO8601Duration(s: string) { const m = s.match(/^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/); if (!m) throw new Error(`Invalid duration: ${s}`); const [y, mo, w, d, h, mi, sec] = m.slice(1).map((x) => Number(x ?? 0)); return { years: y, months: mo, days: w * 7 + d, hours: h, minutes: mi, seconds: sec }; }
console.log(parseISO8601Duration('P1Y2M3DT4H5M6.5S'), parseISO8601Duration('P2W').days);
try { parseISO8601Duration('1 day'); } catch (e: any) { console.log(e.message); }
const age = (birth: string, at: string) => { const b = new Date(birth), n = new Date(at); let a = n.getFullYear() - b.getFullYear(); if (n.getMonth() < b.getMonth() || (n.getMonth() === b.getMonth() && n.getDate() < b.getDate())) a--; return a; };
console.log(age('2000-02-29', '2023-02-28'), age('1990-06-15', '2024-06-15'));
for (const s of ['2024-01-15', '2024-01-15T10:00', '2024-01-15T10:00:00+02:00', 'January 15, 2024', '15 Jan 2024 10:00 GMT', '2024/01/15', 'Mon, 15 Jan 2024 10:00:00 GMT', '1705312800000', '2024-13-01', '2024-02-30', '12/25/2024', '2024-1-5', 'Jan 1 2024 5:30 PM EST']) { const d = new Date(s); console.log(s.padEnd(30), isNaN(+d) ? 'Invalid' : d.toISOString()); }
const q = (d: Date) => `Q${Math.floor(d.getMonth() / 3) + 1}`; console.log(q(new Date('2024-05-05')), new Date(2024, 0, 31, 25).getDate(), new Date(2020, 5).getMonth(), new Date(99, 0).getFullYear(), new Date(2024, 0, 0).getDate(), new Date(8.64e15 + 1).getTime());
const t = new Date('2024-03-31T12:34:56.789Z'); t.setHours(0, 0, 0, 0); console.log(t.toISOString(), t.getTimezoneOffset(), t.valueOf() === +t, typeof Date.now(), t > new Date(0), Date.parse('x'), `${t}`.length, JSON.stringify({ t }));
