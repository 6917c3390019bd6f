// Numbers over locales and options: format, parts, ranges, plural categories. A body that both Node
// and the engine run, with `test(feature, name, make)`.
const LOCALES = ['en-US', 'en-GB', 'en-CA', 'en-AU', 'en-IN', 'de-DE', 'de-AT', 'de-CH', 'fr-FR', 'fr-CA', 'fr-CH', 'es-ES', 'es-MX', 'pt-BR', 'pt-PT', 'it-IT', 'nl-NL', 'sv-SE', 'da-DK', 'nb-NO', 'fi-FI', 'pl-PL', 'cs-CZ', 'hu-HU', 'ro-RO', 'tr-TR', 'el-GR', 'ru-RU', 'uk-UA', 'ja-JP', 'ko-KR', 'zh-CN', 'zh-TW', 'hi-IN', 'id-ID', 'vi-VN', 'th-TH', 'he-IL', 'ar-EG'];
const VALUES = [0, -0, 1, -1.5, 1234.5678, 98765432.125, 0.000123, 1e21, NaN, -Infinity, 12345678901234567890n];
const over = (feature, options, values, make) => {
  for (const locale of LOCALES) for (const option of options) test(feature, `${locale} ${JSON.stringify(option)}`, () => values.map((value) => make(locale, option, value)));
};
const format = (locale, options, value) => new Intl.NumberFormat(locale, options).format(value);
const parts = (locale, options, value) => new Intl.NumberFormat(locale, options).formatToParts(value).map(({ type, value: text }) => `${type}:${text}`).join('|');

over('decimal', [{}, { maximumFractionDigits: 0 }, { minimumFractionDigits: 2 }, { maximumSignificantDigits: 3 }, { minimumSignificantDigits: 4, maximumSignificantDigits: 6 }, { useGrouping: false }, { useGrouping: 'min2' }, { minimumIntegerDigits: 4, useGrouping: 'always' }, { style: 'percent', maximumFractionDigits: 1 }], VALUES, format);
over('sign', [{ signDisplay: 'always' }, { signDisplay: 'never' }, { signDisplay: 'exceptZero' }, { signDisplay: 'negative' }, { signDisplay: 'exceptZero', style: 'currency', currency: 'EUR', currencySign: 'accounting' }], [0, -0, 5, -5, -0.0001], format);
over('currency', ['USD', 'EUR', 'JPY', 'GBP', 'CHF', 'INR', 'KWD', 'XYZ'].flatMap((currency) => [{ style: 'currency', currency }, { style: 'currency', currency, currencyDisplay: 'code' }, { style: 'currency', currency, currencyDisplay: 'name' }, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', currencySign: 'accounting' }]), [0, 1, -1234.567, 2, 5, 1e6], format);
over('compact', [{ notation: 'compact' }, { notation: 'compact', compactDisplay: 'long' }, { notation: 'compact', maximumFractionDigits: 2 }, { notation: 'compact', style: 'currency', currency: 'EUR' }, { notation: 'compact', compactDisplay: 'long', style: 'currency', currency: 'USD' }, { notation: 'compact', style: 'percent' }], [0, 5, 99.6, 999, 999.5, 1000, -1234, 9999, 12345, 999999, 1e6, 1.5e6, 2e6, 15e6, 1e9, 7.25e12, 1e15, 1e17], format);
over('unit', ['kilometer', 'liter', 'byte', 'day', 'celsius', 'percent', 'kilometer-per-hour', 'megabyte-per-second', 'foot', 'month', 'gram-per-liter'].flatMap((unit) => ['short', 'long', 'narrow'].map((unitDisplay) => ({ style: 'unit', unit, unitDisplay }))), [0, 1, 2, -5, 21, 1234.5], format);
over('scientific', [{ notation: 'scientific' }, { notation: 'engineering' }, { notation: 'scientific', maximumFractionDigits: 1 }], [0, 1, -1234.5, 0.00012, 999999, 1e21], format);
over('parts', [{}, { style: 'percent' }, { style: 'currency', currency: 'USD' }, { style: 'currency', currency: 'EUR', currencyDisplay: 'name' }, { style: 'unit', unit: 'kilometer-per-hour' }, { notation: 'compact' }, { notation: 'compact', compactDisplay: 'long' }, { notation: 'compact', style: 'currency', currency: 'USD' }, { style: 'currency', currency: 'USD', currencySign: 'accounting' }], [-1234567.891, 0, 3], parts);
over('range', [{}, { style: 'currency', currency: 'EUR' }, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 }, { style: 'unit', unit: 'kilometer' }, { style: 'percent' }], [[3, 5], [1, 1], [-2, 7], [1000, 2000.5], [2.9, 3.1]], (locale, options, [from, to]) => new Intl.NumberFormat(locale, options).formatRange(from, to));
over('plural', [{}, { type: 'ordinal' }, { minimumFractionDigits: 1 }], [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 20, 21, 22, 23, 25, 100, 101, 102, 111, 1000000, 0.5, 1.5, 2.1], (locale, options, value) => new Intl.PluralRules(locale, options).select(value));
over('plural', [{}], [[0, 1], [1, 2], [1, 5], [2, 3], [0, 100]], (locale, options, [from, to]) => new Intl.PluralRules(locale, options).selectRange(from, to));
over('resolved', [{}, { style: 'currency', currency: 'jpy' }, { notation: 'compact' }, { maximumSignificantDigits: 2 }, { style: 'unit', unit: 'liter' }], [0], (locale, options) => new Intl.NumberFormat(locale, options).resolvedOptions());
over('resolved', [{}, { type: 'ordinal' }], [0], (locale, options) => new Intl.PluralRules(locale, options).resolvedOptions());
for (const roundingMode of ['ceil', 'floor', 'expand', 'trunc', 'halfCeil', 'halfFloor', 'halfExpand', 'halfTrunc', 'halfEven']) {
  test('rounding', roundingMode, () => [1.25, -1.25, 1.35, 0.05, -0.05, 2.5, 1.2500001, 0].map((value) => format('en', { roundingMode, maximumFractionDigits: 1 }, value)));
  test('rounding', `${roundingMode} increment`, () => [1.24, -1.26, 1.375, 0.125, 2].map((value) => format('en', { roundingMode, roundingIncrement: 25, minimumFractionDigits: 2, maximumFractionDigits: 2 }, value)));
}
for (const roundingPriority of ['auto', 'morePrecision', 'lessPrecision']) test('rounding', roundingPriority, () => [1, 4.321, 12345.678, 0.001234].map((value) => format('en', { roundingPriority, maximumFractionDigits: 2, maximumSignificantDigits: 3 }, value)));
test('rounding', 'zeros', () => [1, 1.5, 1.999].map((value) => format('en', { trailingZeroDisplay: 'stripIfInteger', minimumFractionDigits: 2, maximumFractionDigits: 2 }, value)));
test('values', 'text', () => ['12345678901234567890.123', '1e3', ' 7 ', '', 'x', '-0', true, null, '0x10'].map((value) => format('en', {}, value)));
for (const [name, locale, options] of [['nu option', 'en', { numberingSystem: 'arab' }], ['nu tag', 'de-u-nu-thai', {}], ['nu deva', 'hi-u-nu-deva', {}], ['nu unknown', 'en-u-nu-xxxx', {}], ['nu hindi', 'en-IN', { numberingSystem: 'deva' }], ['unshipped', 'xx', {}]]) {
  test('systems', name, () => [format(locale, options, -1234.5), new Intl.NumberFormat(locale, options).resolvedOptions()]);
}
for (const options of [{ style: 'currency' }, { style: 'x' }, { currency: 'US' }, { style: 'unit' }, { style: 'unit', unit: 'lightyear' }, { maximumFractionDigits: 101 }, { minimumFractionDigits: 5, maximumFractionDigits: 2 }, { minimumIntegerDigits: 0 }, { roundingIncrement: 3 }, { roundingMode: 'up' }, { useGrouping: 'sometimes' }, { signDisplay: 'maybe' }, { notation: 'short' }, { compactDisplay: 'x' }, { numberingSystem: '!' }, { currencyDisplay: 'x' }, null]) {
  test('errors', JSON.stringify(options), () => format('en', options, 1));
}
for (const locales of ['', 'x', 'en_US', 'xx-invalid-locale-zz', 'en-xyz-aaaaaaaaa', 5, null, ['en', 7], 'de-DE-1996-1996', 'toolonglanguage', {}, ['xx', 'fr']]) test('errors', `locales ${JSON.stringify(locales)}`, () => format(locales, {}, 1.5));
for (const tag of ['EN-us', 'iw', 'sr-latn-rs', 'zh-hans-cn', 'de-u-co-phonebk-kn-true', 'en-a-bbb-x-yy', 'no-bok', 'sgn-US', 'hy-arevela', 'en-GB-oed', 'cmn', 'ru-SU', 'sh', 'en-u-ca-gregorian', 'mo', 'art-lojban', 'und-Latn-t-und-hani-m0-names', 'de-u-tz-utc-ca-islamicc']) test('tags', tag, () => Intl.getCanonicalLocales(tag));
test('tags', 'supported', () => Intl.NumberFormat.supportedLocalesOf(['de', 'xx', 'en-US', 'fr-XX', 'qqq']));
