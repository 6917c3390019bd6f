// features: intl, dates, formatting; oracle: node 22
const d = new Date(Date.UTC(2024, 1, 5, 9, 7, 3));
const f = (l: string, o: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(l, { timeZone: 'UTC', ...o }).format(d);
for (const l of ['en-US', 'en-GB', 'de-DE', 'fr-FR', 'es-ES', 'it-IT', 'pt-BR', 'nl-NL', 'sv-SE', 'ja-JP', 'zh-CN', 'ko-KR'])
  console.log(l, '|', f(l, {}), '|', f(l, { dateStyle: 'long' }), '|', f(l, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }), '|', f(l, { timeStyle: 'short' }));
for (const o of [{ year: 'numeric', month: 'long' }, { month: 'short', day: '2-digit' }, { hour: 'numeric', minute: '2-digit' }, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }, { weekday: 'long' }, { dateStyle: 'short', timeStyle: 'medium' }, { year: '2-digit', month: 'numeric', day: 'numeric' }, { month: 'narrow' }, { era: 'short', year: 'numeric' }, { hour: 'numeric', hour12: true, timeZone: 'America/New_York', timeZoneName: 'short' }, { fractionalSecondDigits: 3, second: 'numeric' }, { dayPeriod: 'long', hour: 'numeric' }] as Intl.DateTimeFormatOptions[])
  console.log(JSON.stringify(o), '->', f('en-US', o));
console.log(new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' }).formatToParts(d));
console.log(new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' }).formatRange(d, new Date(+d + 5 * 864e5)));
console.log(d.toLocaleDateString(), d.toLocaleTimeString(), d.toLocaleString());
console.log(d.toLocaleDateString('en-US', { weekday: 'long' }), d.toLocaleDateString(undefined, { month: 'long' }), d.toLocaleTimeString('en-US', { hour: '2-digit', minute: '2-digit' }), d.toLocaleTimeString('de-DE'));
const months = Array.from({ length: 12 }, (_, m) => new Date(2024, m, 1).toLocaleString('default', { month: 'short' }));
console.log(months, Array.from({ length: 7 }, (_, i) => new Date(2024, 0, 7 + i).toLocaleDateString('fr', { weekday: 'short' })));
try { f('en-US', { timeZone: 'Mars/Phobos' }); } catch (e: any) { console.log(e.name, e.message); }
try { f('xx-invalid-locale-zz', {}); } catch (e: any) { console.log(e.name, e.message); }
