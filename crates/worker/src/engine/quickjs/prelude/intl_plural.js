// Plural categories: the rules of CLDR, and Intl.PluralRules.
(function (native, internal) {
  'use strict';
  const I = internal.intl;
  const compiled = new Map();

  // `n % 10 = 1 and n % 100 != 11 or v = 0` as a function of the operands.
  function condition(text) {
    const ways = text.split(' or ').map((way) => way.split(' and ').map(relation));
    return (operands) => ways.some((way) => way.every((each) => each(operands)));
  }
  function relation(text) {
    const [, operand, modulus, not, list] = /^([a-z])(?: % (\d+))? (!?)= (.+)$/.exec(text.trim());
    const ranges = list.split(',').map((each) => { const [from, to = from] = each.split('..'); return [Number(from), Number(to)]; });
    return (operands) => {
      const value = modulus === undefined ? operands[operand] : operands[operand] % Number(modulus);
      const inside = ranges.some(([from, to]) => value >= from && value <= to && (operand !== 'n' || Number.isInteger(value)));
      return inside === (not === '');
    };
  }
  const ruleTag = (locale) => (/^pt-(?!BR)/.test(locale) ? 'pt-PT' : locale.split('-')[0]);
  I.ruleTag = ruleTag;
  function rulesOf(locale, type) {
    const tag = ruleTag(locale), key = `${tag} ${type}`;
    let rules = compiled.get(key);
    if (rules === undefined) {
      const tables = I.section('root.rules')[type];
      rules = Object.entries(tables[tag] ?? tables[tag.split('-')[0]] ?? (tag === 'nb' ? tables.no : undefined) ?? {}).map(([category, text]) => [category, condition(text)]);
      compiled.set(key, rules);
    }
    return rules;
  }
  // The category of a rounded value; `exponent` is the power of ten a compact form leaves out.
  I.plural = (locale, rounded, type = 'cardinal', exponent = 0) => {
    if (rounded.special !== undefined) return 'other';
    const full = exponent === 0 ? rounded : { ...I.shifted(rounded, exponent), least: Math.max(0, rounded.least - exponent) };
    const [integer, fraction] = I.split(full, 1);
    const short = fraction.replace(/0+$/, '');
    const operands = {
      n: Number(`${integer}.${fraction}`), i: Number(integer.slice(-15)), v: fraction.length, w: short.length, f: Number(fraction), t: Number(short), e: exponent, c: exponent,
    };
    for (const [category, holds] of rulesOf(locale, type)) if (holds(operands)) return category;
    return 'other';
  };
  I.pluralRange = (locale, start, end) => {
    const { ranges } = I.section('root.rules');
    const table = ranges[ruleTag(locale)];
    return table === undefined ? 'other' : table[`${start} ${end}`] ?? end;
  };

  const ORDER = ['few', 'many', 'one', 'two', 'zero', 'other'];
  I.makers.PluralRules = () => I.service('PluralRules', {
    resolve(locales, given) {
      const negotiated = I.negotiate(locales), options = I.coerced(given);
      I.text(options, 'localeMatcher', I.MATCHER, 'best fit', 'PluralRules');
      const type = I.text(options, 'type', ['cardinal', 'ordinal'], 'cardinal', 'PluralRules');
      return { locale: ruleTag(negotiated.locale), type, settings: I.digitOptions(options, 0, 3, 'standard', 'PluralRules') };
    },
    methods: {
      select: ({ locale, type, settings }, value) => I.plural(locale, I.round(I.decimal(Number(value)), settings), type),
      selectRange({ locale, type, settings }, start, end) {
        if (start === undefined || end === undefined) throw new TypeError('Invalid argument');
        const [from, to] = [Number(start), Number(end)];
        if (Number.isNaN(from) || Number.isNaN(to)) throw new RangeError('Invalid argument');
        const each = (value) => I.plural(locale, I.round(I.decimal(value), settings), type);
        return I.pluralRange(locale, each(from), each(to));
      },
    },
    described({ locale, type, settings }) {
      const there = rulesOf(locale, type).map(([category]) => category).concat('other');
      return { locale, type, ...I.digitSettings(settings), pluralCategories: ORDER.filter((each) => there.includes(each)), ...I.roundingSettings(settings) };
    },
  }).Maker;
})
