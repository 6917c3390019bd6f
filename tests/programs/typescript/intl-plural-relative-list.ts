// features: intl; oracle: node 22
const ordinal = (n: number) => `${n}${({ one: 'st', two: 'nd', few: 'rd', other: 'th' } as any)[new Intl.PluralRules('en-US', { type: 'ordinal' }).select(n)]}`;
console.log([1, 2, 3, 4, 11, 12, 13, 21, 22, 101].map(ordinal).join(' '));
for (const l of ['en', 'ru', 'pl', 'ar', 'ja', 'fr']) console.log(l, [0, 1, 2, 5, 21].map((n) => new Intl.PluralRules(l).select(n)).join(' '));
const rtf = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
console.log(rtf.format(-1, 'day'), rtf.format(1, 'day'), rtf.format(-3, 'month'), rtf.format(0, 'year'), rtf.format(2, 'weeks'), rtf.format(-1, 'hour'));
console.log(new Intl.RelativeTimeFormat('en').format(-1, 'day'), new Intl.RelativeTimeFormat('es').format(-2, 'day'), new Intl.RelativeTimeFormat('de', { numeric: 'auto' }).format(-1, 'day'), new Intl.RelativeTimeFormat('en', { style: 'short' }).format(5, 'minute'));
const list = ['Motorcycle', 'Bus', 'Car'];
console.log(new Intl.ListFormat('en', { style: 'long', type: 'conjunction' }).format(list), '|', new Intl.ListFormat('en', { type: 'disjunction' }).format(list), '|', new Intl.ListFormat('de').format(list), '|', new Intl.ListFormat('en', { style: 'narrow', type: 'unit' }).format(list), '|', new Intl.ListFormat('en').format(['a', 'b']));
function timeAgo(date: Date, now: Date) {
  const units: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31536e6], ['month', 2592e6], ['week', 6048e5], ['day', 864e5], ['hour', 36e5], ['minute', 6e4], ['second', 1e3]];
  const diff = date.getTime() - now.getTime();
  for (const [unit, ms] of units) if (Math.abs(diff) >= ms || unit === 'second') return rtf.format(Math.round(diff / ms), unit);
}
const now = new Date('2024-06-01T12:00:00Z');
for (const s of ['2024-06-01T11:59:30Z', '2024-06-01T09:00:00Z', '2024-05-31T12:00:00Z', '2024-05-01T12:00:00Z', '2022-01-01T00:00:00Z', '2024-06-08T12:00:00Z']) console.log(timeAgo(new Date(s), now));
const seg = new Intl.Segmenter('en', { granularity: 'grapheme' });
console.log([...seg.segment('e\u0301👨‍👩‍👧🇫🇷x')].map((s) => s.segment), [...new Intl.Segmenter('en', { granularity: 'word' }).segment('Hello, big world!')].filter((s) => s.isWordLike).map((s) => s.segment));
console.log(new Intl.DisplayNames('en', { type: 'region' }).of('DE'), new Intl.DisplayNames('en', { type: 'currency' }).of('USD'), new Intl.DisplayNames('en', { type: 'language' }).of('fr'));
console.log(Intl.getCanonicalLocales('EN-us'), new Intl.Locale('en-Latn-US').language, Intl.NumberFormat.supportedLocalesOf(['en', 'de']));
