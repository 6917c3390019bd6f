// Relative times, lists, names, orders, segments, letters, ranges of dates. A body that both Node and
// the engine run, with `test(feature, name, make)`.
const LOCALES = ['en-US', 'en-GB', 'de-DE', 'de-CH', 'fr-FR', 'fr-CA', 'es-ES', 'es-MX', 'pt-BR', 'pt-PT', 'it-IT', 'nl-NL', 'sv-SE', 'da-DK', 'nb-NO', 'fi-FI', 'pl-PL', 'cs-CZ', 'hu-HU', 'ro-RO', 'tr-TR', 'el-GR', 'ru-RU', 'uk-UA', 'ja-JP', 'ko-KR', 'zh-CN', 'zh-TW', 'hi-IN', 'id-ID', 'vi-VN', 'he-IL', 'ar-EG'];
const over = (feature, list, make, locales = LOCALES) => {
  for (const locale of locales) for (const options of list) test(feature, `${locale} ${JSON.stringify(options)}`, () => make(locale, options));
};
const UNITS = ['second', 'minutes', 'hour', 'day', 'week', 'month', 'quarter', 'years'];
over('relative', ['long', 'short', 'narrow'].flatMap((style) => [{ style }, { style, numeric: 'auto' }]), (locale, options) => {
  const made = new Intl.RelativeTimeFormat(locale, options);
  return UNITS.flatMap((unit) => [-1000, -2, -1, -0, 0, 1, 2, 5, 1.5].map((value) => made.format(value, unit)));
});
over('relative', [{}], (locale) => [new Intl.RelativeTimeFormat(locale).formatToParts(-1234.5, 'day'), new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).formatToParts(1, 'day'), new Intl.RelativeTimeFormat(locale).resolvedOptions()]);
for (const [value, unit] of [[1, 'fortnight'], [NaN, 'day'], [Infinity, 'day'], [1, undefined]]) test('errors', `relative ${value} ${unit}`, () => new Intl.RelativeTimeFormat('en').format(value, unit));

over('lists', ['conjunction', 'disjunction', 'unit'].flatMap((type) => ['long', 'short', 'narrow'].map((style) => ({ type, style }))), (locale, options) => {
  const made = new Intl.ListFormat(locale, options);
  return [...[[], ['A'], ['A', 'B'], ['A', 'B', 'C'], ['A', 'B', 'C', 'D'], ['x', 'isla'], ['x', 'hielo'], ['x', 'y', 'oso'], ['7', '8']].map((list) => made.format(list)), made.formatToParts(['A', 'B', 'C']), made.resolvedOptions()];
});
for (const list of [[1], 5, 'abc', undefined, null]) test('errors', `list ${JSON.stringify(list)}`, () => new Intl.ListFormat('en').format(list));

over('names', [{ type: 'region' }, { type: 'region', style: 'short' }], (locale, options) => ['US', 'DE', 'GB', 'JP', '419', 'HK', 'ZZ', 'AA', 'XK'].map((code) => new Intl.DisplayNames(locale, options).of(code)));
over('names', [{ type: 'language' }, { type: 'language', languageDisplay: 'standard' }, { type: 'language', style: 'short' }, { type: 'language', fallback: 'none' }], (locale, options) => ['de', 'en-US', 'en-GB', 'zh-Hans', 'zh-Hant-TW', 'pt-BR', 'fr-CH', 'sr-Latn', 'xx', 'de-AT-1996', 'es-419'].map((code) => new Intl.DisplayNames(locale, options).of(code) ?? null));
over('names', [{ type: 'currency' }, { type: 'currency', style: 'short' }, { type: 'currency', style: 'narrow' }, { type: 'currency', fallback: 'none' }], (locale, options) => ['USD', 'eur', 'JPY', 'XYZ', 'CAD', 'INR'].map((code) => new Intl.DisplayNames(locale, options).of(code) ?? null));
over('names', [{ type: 'script' }, { type: 'dateTimeField' }, { type: 'dateTimeField', style: 'short' }], (locale, options) => (options.type === 'script' ? ['Latn', 'Cyrl', 'Hans', 'Zzzz'] : ['era', 'year', 'quarter', 'month', 'weekOfYear', 'weekday', 'day', 'dayPeriod', 'hour', 'minute', 'second', 'timeZoneName']).map((code) => new Intl.DisplayNames(locale, options).of(code)));
for (const [options, code] of [[undefined, 'US'], [{}, 'US'], [{ type: 'region' }, 'USA'], [{ type: 'language' }, 'x'], [{ type: 'currency' }, 'EURO'], [{ type: 'script' }, 'Lat'], [{ type: 'x' }, 'a'], [{ type: 'dateTimeField' }, 'months']]) test('errors', `names ${JSON.stringify([options, code])}`, () => new Intl.DisplayNames('en', options).of(code));

const TEXTS = ['z', 'a', 'Z', 'A', 'ä', 'Ä', 'é', 'e', 'E', 'ö', 'o', 'Ö', 'å', 'ø', 'æ', 'ß', 'ss', 'ñ', 'n', 'ç', 'c', 'ch', 'ck', 'd', 'h', 'ı', 'i', 'I', 'İ', 'ł', 'l', 'ž', 's', 'š', '10', '9', '1', '01', 'file10', 'file9', 'co-op', 'coop', 'co op', '-', '_', ' ', '!', '$', '€', 'я', 'а', 'Я', 'ё', 'е', 'α', 'ά', 'Ω', '日', '本', 'あ', 'ア', '한', '글', 'résumé', 'resume', 'Resume', 'Résumé', '', '😀', 'aa', 'Aa', 'ÅÄÖ', '中', '文', '𝒳', 'x'];
over('order', [{}, { numeric: true }, { sensitivity: 'base' }, { sensitivity: 'accent' }, { sensitivity: 'case' }, { caseFirst: 'upper' }, { caseFirst: 'lower', numeric: true }, { ignorePunctuation: true }], (locale, options) => {
  const made = new Intl.Collator(locale, options);
  return [[...TEXTS].sort(made.compare).join(' '), [['a', 'A'], ['a', 'á'], ['ß', 'ss'], ['co-op', 'coop'], ['2', '10']].map(([left, right]) => made.compare(left, right))];
});
over('order', [{}, { numeric: true, sensitivity: 'base' }, { usage: 'search' }], (locale, options) => new Intl.Collator(locale, options).resolvedOptions());
for (const tag of ['de-u-co-phonebk', 'es-u-co-trad', 'en-u-kn', 'en-u-kf-upper', 'en-u-kn-false', 'zh-u-co-stroke', 'zh-u-co-zhuyin', 'sv-u-co-trad', 'de-u-co-eor', 'en-u-co-xxxx']) test('order', tag, () => [new Intl.Collator(tag).resolvedOptions(), [...TEXTS].sort(new Intl.Collator(tag).compare).join(' ')]);
test('order', 'localeCompare', () => ['a'.localeCompare('b'), 'a'.localeCompare('B', 'en', { sensitivity: 'base' }), 'ä'.localeCompare('z', 'sv'), 'ä'.localeCompare('z', 'de'), '2'.localeCompare('10', undefined, { numeric: true }), 'x'.localeCompare(), 'a\ud800'.localeCompare('a\ud801')]);
test('order', 'sorted', () => [...TEXTS].sort((left, right) => left.localeCompare(right)).join(' '));

const SENTENCES = ['Hello, world! How are you? I\'m 3.5 years old. Mr. Smith said "no." OK...', 'e\u0301a👨‍👩‍👧‍👦🇩🇪🇫🇷x\r\ny', 'Привет, мир! Как дела?', 'नमस्ते दुनिया', '한국어 문장입니다. 둘째. API를 쓴다', 'don\'t stop 1,234.56 foo_bar a.b', '', 'a\ud800b'];
for (const granularity of ['grapheme', 'word', 'sentence']) for (const [at, text] of SENTENCES.entries()) test('segments', `${granularity} ${at}`, () => [...new Intl.Segmenter('en', { granularity }).segment(text)].map(({ segment, index, isWordLike }) => [segment, index, isWordLike ?? null]));
test('segments', 'long', () => { const text = 'The quick (“brown”) fox can’t jump 32.3 feet, right? '.repeat(2000); const list = [...new Intl.Segmenter('en', { granularity: 'word' }).segment(text)]; return [list.length, list.at(-5), [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)].length, [...new Intl.Segmenter().segment(text)].length]; });
test('segments', 'containing', () => { const made = new Intl.Segmenter('en', { granularity: 'word' }).segment('one two three'); return [0, 3, 4, 12, 13, -1, undefined].map((at) => made.containing(at) ?? null); });
test('segments', 'resolved', () => new Intl.Segmenter('de', { granularity: 'word' }).resolvedOptions());
test('errors', 'segmenter', () => new Intl.Segmenter('en', { granularity: 'line' }));
for (const locale of ['tr', 'az', 'lt', 'en', 'el', 'de', ['tr', 'en'], 'x', undefined]) test('case', JSON.stringify(locale) ?? 'undefined', () => ['Iİiı istanbul IŞIK', 'Ìĩ į̃ J̃', 'straße ŉ', 'Άλφα ή Μαΐου άυλος'].flatMap((text) => [text.toLocaleUpperCase(locale), text.toLocaleLowerCase(locale)]));

const DAYS = [[[2026, 0, 10, 9], [2026, 0, 10, 17]], [[2026, 0, 10, 9], [2026, 0, 10, 10, 30]], [[2026, 0, 10], [2026, 0, 12]], [[2026, 0, 10], [2026, 2, 5]], [[2026, 10, 10], [2027, 2, 5]], [[2026, 0, 10], [2026, 0, 10]], [[2026, 0, 10, 9, 5], [2026, 0, 10, 9, 45, 20]]].map((pair) => pair.map((date) => Date.UTC(...date)));
over('ranges', [{}, { dateStyle: 'long' }, { dateStyle: 'medium' }, { month: 'short', day: 'numeric' }, { year: 'numeric', month: 'short', day: 'numeric' }, { weekday: 'short', month: 'short', day: 'numeric' }, { year: 'numeric', month: 'long' }, { hour: 'numeric', minute: '2-digit' }, { hour: 'numeric' }, { dateStyle: 'short', timeStyle: 'short' }, { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: 'numeric' }], (locale, options) => { const made = new Intl.DateTimeFormat(locale, options); return DAYS.map(([from, to]) => made.formatRange(from, to)); });
over('range parts', [{ dateStyle: 'medium' }, { hour: 'numeric', minute: '2-digit' }, { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric' }], (locale, options) => { const made = new Intl.DateTimeFormat(locale, options); return DAYS.map(([from, to]) => made.formatRangeToParts(from, to).map(({ type, value, source }) => `${type}:${value}:${source}`).join('|')); });

for (const tag of ['en-Latn-US', 'zh', 'zh-TW', 'und', 'sr', 'de-u-co-phonebk-kn-ca-gregory-nu-latn-hc-h23', 'ar', 'pt-BR-x-foo']) test('locale', tag, () => { const made = new Intl.Locale(tag); return [made.toString(), made.baseName, made.language, made.script ?? null, made.region ?? null, made.maximize().toString(), made.minimize().toString(), made.calendar ?? null, made.collation ?? null, made.hourCycle ?? null, made.numeric, made.numberingSystem ?? null, made.caseFirst ?? null, made.weekInfo, made.textInfo, made.hourCycles]; });
test('locale', 'options', () => new Intl.Locale('en', { region: 'GB', script: 'Latn', hourCycle: 'h12', numeric: true, calendar: 'gregory' }).toString());
for (const [tag, options] of [['', {}], [undefined, {}], ['en', { region: 'England' }], ['en', { hourCycle: 'h1' }], ['en', null]]) test('errors', `locale ${JSON.stringify([tag, options])}`, () => new Intl.Locale(tag, options).toString());
test('values', 'shape', () => [Object.getOwnPropertyNames(Intl).filter((name) => name !== 'v8BreakIterator' && name !== 'DurationFormat').sort(), String(Intl), ...['NumberFormat', 'DateTimeFormat', 'Collator', 'PluralRules', 'Segmenter', 'ListFormat', 'RelativeTimeFormat', 'DisplayNames', 'Locale'].map((name) => [name, Intl[name].length, Intl[name].name, Object.prototype.toString.call(Intl[name].prototype), typeof Object.getOwnPropertyDescriptor(Intl[name].prototype, 'resolvedOptions')?.value])]);
for (const name of ['PluralRules', 'Segmenter', 'ListFormat', 'RelativeTimeFormat', 'DisplayNames', 'Locale']) test('errors', `new ${name}`, () => Intl[name]('en'));
test('errors', 'receiver', () => Intl.NumberFormat.prototype.formatToParts.call({}, 1));
test('values', 'called', () => [typeof Intl.NumberFormat('en').format(1), Intl.DateTimeFormat('en').format(0), Intl.Collator().compare('a', 'b'), new Intl.NumberFormat('en') instanceof Intl.NumberFormat, [1, 2, 3].map(new Intl.NumberFormat('de', { minimumFractionDigits: 1 }).format)]);
test('values', 'units', () => [Intl.supportedValuesOf('unit'), Intl.supportedValuesOf('currency').includes('EUR')]);
test('values', 'bad key', () => Intl.supportedValuesOf('colour'));
test('values', 'class', () => { class Money extends Intl.NumberFormat { constructor() { super('de', { style: 'currency', currency: 'EUR' }); } } return [new Money().format(3), new Money() instanceof Money]; });
test('values', 'arrays', () => [[1234.5, new Date(0), 'x', null].toLocaleString('de', { timeZone: 'UTC' }), new Float64Array([1.5, 2000]).toLocaleString('fr')]);
