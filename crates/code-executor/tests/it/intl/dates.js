// Dates over locales, options and time zones. A body that both Node and the engine run, with
// `test(feature, name, make)`.
const LOCALES = ['en-US', 'en-GB', 'en-CA', 'en-AU', 'en-IN', 'de-DE', 'de-AT', 'de-CH', 'fr-FR', 'fr-CA', 'fr-CH', 'es-ES', 'es-MX', 'pt-BR', 'pt-PT', 'it-IT', 'nl-NL', 'sv-SE', 'da-DK', 'nb-NO', 'fi-FI', 'pl-PL', 'cs-CZ', 'hu-HU', 'ro-RO', 'tr-TR', 'el-GR', 'ru-RU', 'uk-UA', 'ja-JP', 'ko-KR', 'zh-CN', 'zh-TW', 'hi-IN', 'id-ID', 'vi-VN', 'th-TH', 'he-IL', 'ar-EG'];
const TIMES = [Date.UTC(2026, 10, 21, 23, 5, 9, 87), Date.UTC(2024, 1, 29, 0, 0, 0), Date.UTC(1999, 11, 31, 12, 0, 0, 500)];
const over = (feature, list, make, locales = LOCALES) => {
  for (const locale of locales) for (const options of list) test(feature, `${locale} ${JSON.stringify(options)}`, () => make(locale, options));
};
const format = (locale, options) => { const made = new Intl.DateTimeFormat(locale, options); return TIMES.map((time) => made.format(time)); };
const styles = ['full', 'long', 'medium', 'short'];

over('styles', [...styles.map((dateStyle) => ({ dateStyle })), ...styles.map((timeStyle) => ({ timeStyle })), ...styles.map((style) => ({ dateStyle: style, timeStyle: style })), { dateStyle: 'long', timeStyle: 'short' }, { dateStyle: 'short', timeStyle: 'medium', hour12: true }, { dateStyle: 'medium', timeStyle: 'short', hour12: false }, { timeStyle: 'short', hourCycle: 'h11' }], format);
over('fields', [
  {}, { year: 'numeric' }, { year: '2-digit', month: '2-digit', day: '2-digit' }, { month: 'long' }, { month: 'short', day: 'numeric' }, { month: 'long', year: 'numeric' }, { weekday: 'long' }, { weekday: 'short', day: 'numeric' },
  { weekday: 'short', month: 'short', day: 'numeric' }, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, { year: 'numeric', month: 'short', day: '2-digit' }, { month: 'numeric', day: 'numeric' }, { month: '2-digit', day: '2-digit' },
  { year: 'numeric', month: 'narrow' }, { day: 'numeric' }, { month: 'narrow' }, { weekday: 'narrow' }, { era: 'short', year: 'numeric' }, { era: 'long', year: 'numeric', month: 'long', day: 'numeric' }, { year: 'numeric', month: 'numeric' }, { year: 'numeric', month: '2-digit' },
  { weekday: 'short', year: 'numeric', month: 'numeric', day: 'numeric' }, { year: 'numeric', day: 'numeric' }, { weekday: 'long', month: 'long' },
], format);
over('times', [
  { hour: 'numeric' }, { hour: '2-digit', minute: '2-digit' }, { hour: 'numeric', minute: 'numeric', second: 'numeric' }, { hour: 'numeric', hour12: true }, { hour: 'numeric', minute: '2-digit', hour12: false }, { hour: '2-digit', hourCycle: 'h24' }, { minute: 'numeric' }, { minute: '2-digit', second: '2-digit' },
  { hour: 'numeric', minute: 'numeric', second: 'numeric', fractionalSecondDigits: 3 }, { second: 'numeric', fractionalSecondDigits: 2 }, { fractionalSecondDigits: 1 }, { hour: 'numeric', dayPeriod: 'short', hour12: true }, { dayPeriod: 'long' }, { hour: 'numeric', dayPeriod: 'long', hourCycle: 'h12' },
  { hour: 'numeric', minute: 'numeric', timeZoneName: 'short' }, { second: '2-digit' },
], format);
over('both', [
  { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' }, { month: 'long', day: 'numeric', hour: 'numeric' }, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  { weekday: 'short', hour: 'numeric', minute: '2-digit' }, { day: 'numeric', hour: 'numeric' }, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false, timeZoneName: 'short' },
], format);
over('parts', [{ dateStyle: 'full', timeStyle: 'full' }, { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', fractionalSecondDigits: 2, second: 'numeric', weekday: 'short', era: 'short', timeZoneName: 'short' }], (locale, options) => new Intl.DateTimeFormat(locale, options).formatToParts(TIMES[0]).map(({ type, value }) => `${type}:${value}`).join('|'));
over('resolved', [{}, { dateStyle: 'short', timeStyle: 'short' }, { hour: 'numeric', minute: 'numeric', weekday: 'short', month: 'long', day: 'numeric', timeZoneName: 'short' }, { hour: '2-digit', hour12: true }, { timeZone: 'America/New_York', year: '2-digit', month: 'narrow' }], (locale, options) => new Intl.DateTimeFormat(locale, options).resolvedOptions());

// Time zones: now and then, around the changes to and from summer time.
const ZONES = ['UTC', 'America/New_York', 'America/Los_Angeles', 'Europe/London', 'Europe/Berlin', 'Europe/Dublin', 'Asia/Tokyo', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Sydney', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Africa/Cairo', 'Pacific/Auckland', 'Pacific/Apia', 'America/St_Johns', 'Asia/Shanghai', 'Europe/Moscow', 'America/Phoenix', 'Africa/Casablanca', 'Asia/Dubai', 'America/Argentina/Buenos_Aires', '+05:30', '-0800', 'Etc/GMT+3'];
const MOMENTS = [Date.UTC(2026, 2, 8, 6, 59, 59), Date.UTC(2026, 2, 8, 7, 0, 0), Date.UTC(2026, 2, 29, 0, 59, 59), Date.UTC(2026, 2, 29, 1, 0, 0), Date.UTC(2026, 9, 25, 0, 59, 59), Date.UTC(2026, 9, 25, 1, 0, 0), Date.UTC(2026, 10, 1, 6, 0, 0), Date.UTC(1970, 0, 1), Date.UTC(1900, 0, 1), Date.UTC(1883, 10, 18, 17), Date.UTC(1945, 6, 1), Date.UTC(2011, 11, 30, 9, 59), Date.UTC(2011, 11, 30, 10, 0), Date.UTC(2050, 6, 1), Date.UTC(1, 0, 1), -62198755200000, 8.64e15, -8.64e15];
for (const timeZone of ZONES) {
  test('zones', timeZone, () => MOMENTS.map((moment) => new Intl.DateTimeFormat('en-US', { timeZone, era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(moment)));
  test('zones', `${timeZone} resolved`, () => new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone);
  for (const timeZoneName of ['short', 'long', 'shortOffset', 'longOffset', 'shortGeneric', 'longGeneric']) {
    for (const locale of ['en-US', 'en-GB', 'de', 'fr', 'ja', 'es-MX', 'pt-BR', 'zh-CN']) test('zone names', `${timeZone} ${timeZoneName} ${locale}`, () => [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)].map((moment) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName, hour: 'numeric' }).format(moment)));
  }
}
for (const timeZone of ['utc', 'gmt', 'Etc/GMT', 'Etc/UTC', 'GMT', 'europe/berlin', 'US/Pacific', 'Asia/Calcutta', 'EST', 'EST5EDT', 'Asia/Saigon', 'Europe/Kyiv', 'Mars/Base', '', '+25:00', '+1', '+01', '-00:00', '+0530', 'Z']) test('zones', `name ${timeZone}`, () => [new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone, new Intl.DateTimeFormat('en', { timeZone, timeStyle: 'long' }).format(TIMES[0])]);
for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
  for (const locale of [undefined, 'en-US', 'de', 'ja', ['xx', 'fr']]) for (const options of [undefined, {}, { weekday: 'long' }, { hour: 'numeric' }, { timeZone: 'Asia/Tokyo' }, { dateStyle: 'short' }, { timeStyle: 'short' }, { hour12: false }, { year: 'numeric', month: 'long' }]) test('methods', `${name} ${JSON.stringify([locale, options])}`, () => new Date(TIMES[0])[name](locale, options));
  test('methods', `${name} invalid`, () => new Date(NaN)[name]('de'));
}
for (const options of [{ dateStyle: 'tiny' }, { dateStyle: 'short', year: 'numeric' }, { timeStyle: 'short', hour: '2-digit' }, { month: 'x' }, { hourCycle: 'h25' }, { fractionalSecondDigits: 4 }, { fractionalSecondDigits: 0 }, { timeZoneName: 'x' }, { calendar: '!' }, { formatMatcher: 'x' }, null, { timeZone: 'five' }]) test('errors', JSON.stringify(options), () => new Intl.DateTimeFormat('en', options).format(0));
for (const value of [NaN, Infinity, 8.64e15 + 1, 'x']) test('errors', String(value), () => new Intl.DateTimeFormat('en').format(value));
test('tags', 'hc', () => ['en-u-hc-h23', 'de-u-hc-h12', 'ja-u-hc-h11'].map((locale) => [new Intl.DateTimeFormat(locale, { hour: 'numeric' }).format(TIMES[0]), new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions()]));
test('tags', 'nu', () => ['en-u-nu-arab', 'hi-u-nu-deva', 'ar-u-nu-latn'].map((locale) => [new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(TIMES[0]), new Intl.DateTimeFormat(locale).resolvedOptions().locale]));
