// Intl: made when a program first asks for it, from the makers that the other files left.
(function (native, internal) {
  'use strict';
  for (const file of ['base', 'locale', 'decimal', 'plural', 'number', 'skeleton', 'zones', 'datetime', 'ranges', 'names', 'text']) internal.part(`intl:${file}`);
  const I = internal.intl;
  const NAMES = ['Collator', 'DateTimeFormat', 'DisplayNames', 'ListFormat', 'Locale', 'NumberFormat', 'PluralRules', 'RelativeTimeFormat', 'Segmenter'];
  const fixed = (target, name, value) => Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });

  function supportedValuesOf(key) {
    const asked = String(key);
    if (asked === 'calendar') return ['buddhist', 'gregory'];
    if (asked === 'collation') return ['emoji', 'eor', 'phonebk', 'pinyin', 'stroke', 'trad', 'unihan', 'zhuyin'];
    if (asked === 'currency') return Object.keys(I.data('en', 'currencies')).sort();
    if (asked === 'numberingSystem') return Object.keys(I.section('root.money').systems).sort();
    if (asked === 'timeZone') return I.timeZones();
    if (asked === 'unit') return I.units();
    throw new RangeError(`Invalid key : ${asked}`);
  }
  function make() {
    const Intl = {};
    for (const name of NAMES) {
      if (I.makers[name] === undefined) continue;
      const Maker = I.makers[name]();
      fixed(Intl, name, Maker);
      I[name] = Maker;
    }
    fixed(Intl, 'getCanonicalLocales', { getCanonicalLocales(locales) { return I.canonicalList(locales); } }.getCanonicalLocales);
    fixed(Intl, 'supportedValuesOf', { supportedValuesOf(key) { return supportedValuesOf(key); } }.supportedValuesOf);
    Object.defineProperty(Intl, Symbol.toStringTag, { value: 'Intl', configurable: true });
    return Intl;
  }
  return { Intl: make(), I };
})
