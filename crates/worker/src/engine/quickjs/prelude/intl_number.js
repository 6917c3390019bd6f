// Intl.NumberFormat: numbers, money, percentages and measures as text and as parts.
(function (native, internal) {
  'use strict';
  const I = internal.intl;
  const SIMPLE = new Set('acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabit gigabyte gram hectare hour inch kilobit kilobyte kilogram kilometer liter megabit megabyte meter microsecond mile mile-scandinavian milliliter millimeter millisecond minute month nanosecond ounce percent petabyte pound second stone terabit terabyte week yard year'.split(' '));
  I.units = () => [...SIMPLE].sort();
  const GROUPINGS = ['min2', 'auto', 'always', 'true', 'false'];

  // ---- options ----
  function unitGiven(unit, style) {
    if (unit === undefined) {
      if (style === 'unit') throw new TypeError('Unit is required with unit style.'.replace('Unit is required with unit style.', 'Invalid unit argument for Intl.NumberFormat() \'\''));
      return undefined;
    }
    const parts = unit.split('-per-');
    if (parts.length > 2 || !parts.every((part) => SIMPLE.has(part))) throw new RangeError(`Invalid unit argument for Intl.NumberFormat() '${unit}'`);
    return unit;
  }
  function resolve(locales, given) {
    const negotiated = I.negotiate(locales), options = I.coerced(given, 'NumberFormat');
    const read = (name, values, fallback) => I.text(options, name, values, fallback, 'NumberFormat');
    read('localeMatcher', I.MATCHER, 'best fit');
    const { system, keyword } = I.numberingSystem(negotiated, read('numberingSystem'), 'NumberFormat');
    const style = read('style', ['decimal', 'percent', 'currency', 'unit'], 'decimal');
    let currency = read('currency');
    if (currency !== undefined && !/^[a-z]{3}$/i.test(currency)) throw new RangeError(`Invalid currency code : ${currency}`);
    if (style === 'currency' && currency === undefined) throw new TypeError('Currency code is required with currency style.');
    currency = currency?.toUpperCase();
    const currencyDisplay = read('currencyDisplay', ['code', 'symbol', 'narrowSymbol', 'name'], 'symbol');
    const currencySign = read('currencySign', ['standard', 'accounting'], 'standard');
    const unit = unitGiven(read('unit'), style);
    const unitDisplay = read('unitDisplay', ['short', 'narrow', 'long'], 'short');
    const notation = read('notation', ['standard', 'scientific', 'engineering', 'compact'], 'standard');
    const money = style === 'currency' && notation === 'standard' ? I.section('root.money').digits[currency] ?? 2 : undefined;
    const settings = I.digitOptions(options, money ?? 0, money ?? (style === 'percent' ? 0 : style === 'currency' ? 0 : 3), notation, 'NumberFormat');
    const compactDisplay = read('compactDisplay', ['short', 'long'], 'short');
    const grouping = groupingGiven(options, notation === 'compact' ? 'min2' : 'auto');
    const signDisplay = read('signDisplay', ['auto', 'never', 'always', 'exceptZero', 'negative'], 'auto');
    const data = I.data(negotiated.locale, 'numbers');
    return {
      locale: negotiated.locale, tag: I.withKeywords(negotiated.locale, { nu: keyword }), system, style, currency, currencyDisplay, currencySign, unit, unitDisplay, notation, settings,
      compactDisplay, grouping, signDisplay, data, own: data.systems[system] ?? withDigitsOf(system, data.systems.latn), latin: data.systems.latn,
      digits: system === 'latn' ? undefined : [...I.section('root.money').systems[system]],
    };
  }
  function withDigitsOf(system, latin) {
    const symbols = I.section('root.money').symbols[system];
    return symbols === undefined ? latin : { ...latin, symbols };
  }
  function groupingGiven(options, fallback) {
    const value = options.useGrouping;
    if (value === undefined) return fallback;
    if (value === true) return 'always';
    if (value === false || value === null || value === 0 || value === '') return false;
    const text = String(value);
    if (text === 'true' || text === 'false') return fallback;
    if (!GROUPINGS.includes(text)) throw new RangeError(`Value ${text} out of range for Intl.NumberFormat options property useGrouping`);
    return text;
  }

  // ---- patterns ----
  const patterns = new Map();
  // `¤#,##0.00;(¤#,##0.00)`: prefixes and suffixes as tokens, and the sizes of groups.
  function parsed(text) {
    let found = patterns.get(text);
    if (found !== undefined) return found;
    const [positive, negative] = halves(text);
    const number = positive.number.split('.')[0].split(',');
    const primary = number.length > 1 ? number.at(-1).length : 0;
    found = { prefix: positive.prefix, suffix: positive.suffix, negative, primary, secondary: number.length > 2 ? number.at(-2).length : primary, zeros: positive.number.replace(/[^0]/g, '').length };
    patterns.set(text, found);
    return found;
  }
  function halves(text) {
    const made = [];
    let prefix = [], number = '', suffix = [], quoted = false;
    const close = () => { made.push({ prefix, number, suffix }); prefix = []; number = ''; suffix = []; };
    for (let at = 0; at < text.length; at++) {
      const char = text[at];
      const side = number === '' ? prefix : suffix;
      if (char === "'") {
        if (text[at + 1] === "'") { side.push(['literal', "'"]); at++; } else quoted = !quoted;
      } else if (quoted) side.push(['literal', char]);
      else if (char === ';') close();
      else if (/[#0,.@]/.test(char) && (number === '' || suffix.length === 0)) number += char;
      else side.push([{ '-': 'minusSign', '+': 'plusSign', '%': 'percentSign', '¤': 'currency' }[char] ?? 'literal', char]);
    }
    close();
    return made;
  }
  const minus = (tokens) => tokens.some(([type]) => type === 'minusSign');
  // Prefix and suffix with the sign that is wanted: '-', '+', '~' or ''.
  function affixes(pattern, sign) {
    const useNegative = pattern.negative !== undefined && (sign === '-' || (sign !== '' && (minus(pattern.negative.prefix) || minus(pattern.negative.suffix))));
    const side = useNegative ? pattern.negative : pattern;
    const turned = (tokens) => tokens.map(([type, text]) => (type !== 'minusSign' ? [type, text] : sign === '+' ? ['plusSign', '+'] : sign === '~' ? ['approximatelySign', '~'] : [type, text]));
    if (useNegative) return { prefix: turned(side.prefix), suffix: turned(side.suffix) };
    const signs = { '-': [['minusSign', '-']], '+': [['plusSign', '+']], '~': [['approximatelySign', '~']], '~-': [['approximatelySign', '~'], ['minusSign', '-']] }[sign] ?? [];
    return { prefix: [...signs, ...side.prefix], suffix: side.suffix };
  }
  const SYMBOLS = { minusSign: 'minusSign', plusSign: 'plusSign', percentSign: 'percentSign', approximatelySign: 'approximatelySign' };
  const EDGE = /^[\s\u00a0\u202f\u200e\u200f\u061c]+|[\s\u00a0\u202f\u200e\u200f\u061c]+$/g;
  // Parts of a kind without the spaces at their edges, which are literal.
  function pushTrimmed(parts, type, text) {
    const from = /^[\s\u00a0\u202f\u200e\u200f\u061c]*/.exec(text)[0];
    const rest = text.slice(from.length), inner = rest.replace(EDGE, ''), to = rest.slice(inner.length);
    if (from !== '') push(parts, 'literal', from);
    if (inner !== '') push(parts, type, inner);
    if (to !== '') push(parts, 'literal', to);
  }
  function push(parts, type, value) {
    const last = parts.at(-1);
    if (last !== undefined && last.type === type && type !== 'integer' && type !== 'group') last.value += value;
    else parts.push({ type, value });
  }
  function affixParts(state, tokens, kind) {
    const parts = [];
    let run = '';
    const flush = () => { if (run !== '') pushTrimmed(parts, kind, run); run = ''; };
    for (const [type, text] of tokens) {
      if (type === 'literal') { run += text; continue; }
      flush();
      if (type === 'currency') pushTrimmed(parts, 'currency', symbolOf(state));
      else pushTrimmed(parts, type, state.own.symbols[SYMBOLS[type]] ?? text);
    }
    flush();
    return parts;
  }

  // ---- money and measures ----
  function symbolOf({ currency, currencyDisplay, data }) {
    const [symbol, narrow] = data.currencies[currency] ?? [];
    if (currencyDisplay === 'code') return currency;
    return (currencyDisplay === 'narrowSymbol' && narrow !== undefined ? narrow : symbol) || currency;
  }
  I.currencyForms = (locale, currency) => {
    const entry = I.data(locale, 'currencies')[currency];
    return entry === undefined ? { other: currency } : typeof entry === 'string' ? { other: entry } : { other: entry[0], ...entry[1] };
  };
  const chosen = (forms, category) => forms[category] ?? forms.other;
  function unitPattern({ locale, unit, unitDisplay }, category) {
    const { per, units } = I.data(locale, 'units')[unitDisplay];
    if (units[unit] !== undefined) return chosen(units[unit], category);
    const [numerator, denominator] = unit.split('-per-');
    const above = chosen(units[numerator], category);
    if (units[denominator].per !== undefined) return I.fill(units[denominator].per, above);
    const below = chosen(units[denominator], 'one').replace('{0}', '').trim();
    return I.fill(per, above, below);
  }

  // ---- numbers ----
  function groups(state, integer, pattern) {
    const { primary, secondary } = pattern;
    const least = state.grouping === 'min2' ? 2 : state.grouping === 'always' ? 1 : state.data.minimumGrouping;
    if (state.grouping === false || primary === 0 || integer.length < primary + least) return [integer];
    const found = [integer.slice(-primary)];
    let rest = integer.slice(0, -primary);
    while (rest.length > secondary) { found.unshift(rest.slice(-secondary)); rest = rest.slice(0, -secondary); }
    found.unshift(rest);
    return found;
  }
  const native10 = (state, text) => (state.digits === undefined ? text : text.replace(/\d/g, (digit) => state.digits[digit]));
  function numberParts(state, rounded, pattern, exponent) {
    const { symbols } = state.own;
    if (rounded.special !== undefined) return [{ type: rounded.special, value: rounded.special === 'nan' ? symbols.nan : symbols.infinity }];
    const [integer, fraction] = I.split(rounded, state.settings.minimumIntegerDigits);
    const parts = [], money = state.style === 'currency';
    groups(state, integer, pattern).forEach((each, at) => {
      if (at > 0) parts.push({ type: 'group', value: (money && symbols.currencyGroup) || symbols.group });
      parts.push({ type: 'integer', value: native10(state, each) });
    });
    if (fraction !== '') parts.push({ type: 'decimal', value: (money && symbols.currencyDecimal) || symbols.decimal }, { type: 'fraction', value: native10(state, fraction) });
    if (exponent !== undefined) {
      parts.push({ type: 'exponentSeparator', value: symbols.exponential });
      if (exponent < 0) parts.push({ type: 'exponentMinusSign', value: symbols.minusSign });
      parts.push({ type: 'exponentInteger', value: native10(state, String(Math.abs(exponent))) });
    }
    return parts;
  }
  // The compact pattern for a magnitude: how far it shifts, and its forms.
  function compactOf(state, magnitude) {
    const money = state.style === 'currency' && state.currencyDisplay !== 'name';
    const name = money ? 'shortCurrency' : state.compactDisplay;
    const table = Object.keys(state.own[name]).length === 0 ? state.latin[name] : state.own[name];
    const power = Math.min(magnitude, Math.max(0, ...Object.keys(table).map(Number)));
    const forms = power < 3 ? undefined : table[power];
    if (forms === undefined) return { shift: 0 };
    const zeros = parsed(forms.other).zeros;
    return parsed(forms.other).prefix.length === 0 && parsed(forms.other).suffix.length === 0 ? { shift: 0 } : { shift: power - (zeros - 1), forms };
  }
  // Rounds, and shifts first what the notation wants shifted.
  function scaled(state, value) {
    const { notation, settings } = state;
    if (value.special !== undefined || notation === 'standard') return { rounded: I.round(value, settings) };
    const shiftFor = (magnitude) => {
      if (notation === 'compact') return compactOf(state, magnitude);
      return { shift: notation === 'engineering' ? Math.floor(magnitude / 3) * 3 : magnitude };
    };
    if (value.digits === '') return { rounded: I.round(value, settings), exponent: notation === 'compact' ? undefined : 0, shift: 0 };
    const magnitude = I.magnitude(value);
    let way = shiftFor(magnitude);
    let rounded = I.round(I.shifted(value, -way.shift), settings);
    if (rounded.digits !== '' && I.magnitude(rounded) !== magnitude - way.shift) {
      const next = shiftFor(magnitude + 1);
      if (next.shift !== way.shift) { way = next; rounded = I.round(I.shifted(value, -way.shift), settings); }
    }
    return { rounded, shift: way.shift, forms: way.forms, exponent: notation === 'compact' ? undefined : way.shift };
  }
  function signOf({ signDisplay }, rounded) {
    const zero = I.isZero(rounded) || rounded.special === 'nan', { negative } = rounded;
    if (signDisplay === 'never') return '';
    if (signDisplay === 'always') return negative ? '-' : '+';
    if (signDisplay === 'exceptZero') return zero ? '' : negative ? '-' : '+';
    if (signDisplay === 'negative') return negative && !zero ? '-' : '';
    return negative ? '-' : '';
  }
  // A compact percentage is written as a measure.
  const unitPercent = ({ style, notation }) => style === 'percent' && notation === 'compact';
  // A percentage that is a measure is written as a percentage where that is as short.
  const plainPercent = ({ unit, style, unitDisplay, notation }) => style === 'unit' && unit === 'percent' && unitDisplay !== 'long' && notation !== 'compact';
  function basePattern(state) {
    const { style, own, currencyDisplay, currencySign } = state;
    if (style === 'percent') return unitPercent(state) ? own.decimal : own.percent;
    if (plainPercent(state)) return own.percent;
    if (style !== 'currency' || currencyDisplay === 'name') return own.decimal;
    return currencySign === 'accounting' ? own.accounting : own.currency;
  }
  // A value in layers: its own parts, and what stands on both sides of them. `approximate` puts the
  // sign of about in front.
  function layers(state, given, approximate = false) {
    let value = given;
    if (state.style === 'percent') value = I.shifted(value, 2);
    const { rounded, shift = 0, forms, exponent } = scaled(state, value);
    const plain = parsed(basePattern(state));
    const sign = (approximate ? '~' : '') + signOf(state, rounded);
    let number = numberParts(state, rounded, exponent === undefined ? plain : { primary: 0 }, exponent);
    const compact = forms === undefined ? undefined : parsed(compactForm(state, forms, rounded));
    if (compact?.zeros === 0) number = [];
    const money = state.style === 'currency' && state.currencyDisplay !== 'name';
    // A compact pattern of money has its currency with it; its sign is that of the plain pattern.
    const { prefix, suffix } = affixes(compact !== undefined && money ? withNegative(compact, plain) : plain, sign);
    const kind = compact !== undefined && money ? 'compact' : 'literal';
    const left = affixParts(state, prefix, kind), right = affixParts(state, suffix, kind);
    if (compact !== undefined && !money) {
      left.push(...affixParts(state, compact.prefix, 'compact'));
      right.unshift(...affixParts(state, compact.suffix, 'compact'));
    }
    return { left, number, right, rounded, exponent: forms === undefined ? 0 : shift };
  }
  const categoryOf = (state, { rounded, exponent }) => I.plural(state.locale, rounded, 'cardinal', exponent);
  function toParts(state, given, approximate) {
    const made = layers(state, given, approximate);
    return wrapped(state, spaced(state, made.left, made.number, made.right), () => categoryOf(state, made));
  }
  // `mille` and its like stand for 1 alone.
  function compactForm({ locale }, forms, rounded) {
    if (forms['1'] !== undefined && rounded.digits === '1' && rounded.point === 1) return forms['1'];
    return chosen(forms, I.plural(locale, rounded));
  }
  function withNegative(compact, plain) {
    if (plain.negative === undefined) return compact;
    const parenthesis = (side, char) => side.some(([type, text]) => type === 'literal' && text === char);
    if (!parenthesis(plain.negative.prefix, '(')) return compact;
    return { ...compact, negative: { prefix: [['literal', '('], ...compact.prefix], suffix: [...compact.suffix, ['literal', ')']] } };
  }
  // Puts a space between a currency of letters and a digit.
  function spaced(state, before, inner, after) {
    if (state.style === 'currency' && state.currencyDisplay !== 'name') {
      const digit = (part) => part !== undefined && /^\p{Nd}/u.test(part.value);
      if (before.at(-1)?.type === 'currency' && digit(inner[0]) && !/[\p{S}\p{Z}]$/u.test(before.at(-1).value)) before = [...before, { type: 'literal', value: state.own.spacing }];
      if (after[0]?.type === 'currency' && digit(inner.at(-1)) && !/^[\p{S}\p{Z}]/u.test(after[0].value)) after = [{ type: 'literal', value: state.own.spacingAfter }, ...after];
    }
    return [...before, ...inner, ...after];
  }
  function wrapped(state, parts, category) {
    if (plainPercent(state)) return parts.map((part) => (part.type === 'percentSign' ? { ...part, type: 'unit' } : part));
    if (state.style === 'unit') return around(parts, unitPattern(state, category()), 'unit');
    if (unitPercent(state)) return around(parts, unitPattern({ locale: state.locale, unit: 'percent', unitDisplay: 'short' }, category()), 'percentSign');
    if (state.style !== 'currency' || state.currencyDisplay !== 'name') return parts;
    const kind = category(), name = chosen(I.currencyForms(state.locale, state.currency), kind);
    return around(parts, chosen(state.own.currencyUnit, kind).replace('{1}', () => name), 'currency');
  }
  function around(parts, pattern, type) {
    const at = pattern.indexOf('{0}'), all = [];
    if (at < 0) { pushTrimmed(all, type, pattern); return all; }
    if (at > 0) pushTrimmed(all, type, pattern.slice(0, at));
    for (const part of parts) all.push(part);
    if (at + 3 < pattern.length) pushTrimmed(all, type, pattern.slice(at + 3));
    return all;
  }
  const joined = (parts) => parts.map((part) => part.value).join('');
  I.resolveNumber = resolve;
  I.numberParts = (state, value) => toParts(state, I.decimal(value));
  I.formatNumber = (state, value) => joined(toParts(state, I.decimal(value)));
  I.formatDecimal = (state, value) => joined(toParts(state, value));

  // ---- ranges ----
  function bounds(start, end) {
    if (start === undefined || end === undefined) throw new TypeError(`${start === undefined ? 'start' : 'end'} is undefined`.replace(/^.*$/, 'Invalid argument'));
    const [from, to] = [I.decimal(start), I.decimal(end)];
    if (from.special === 'nan' || to.special === 'nan') throw new RangeError('Invalid argument');
    return [from, to];
  }
  // What both have around them is said once, as ICU has it: not when it is a single character.
  function rangeParts(state, start, end) {
    const [from, to] = bounds(start, end).map((value) => layers(state, value));
    const alone = (made) => spaced(state, made.left, made.number, made.right);
    const sourced = (parts, source) => parts.map((part) => ({ ...part, source: part.source ?? source }));
    if (joined(alone(from)) === joined(alone(to))) return sourced(toParts(state, bounds(start, end)[0], true), 'shared');
    const affix = (made) => joined(made.left) + '\0' + joined(made.right);
    const size = [...joined(from.left), ...joined(from.right)].length;
    const collapse = affix(from) === affix(to) && size > 1;
    const edge = /^\{0\}([^]*)\{1\}$/.exec(state.own.range ?? state.latin.range)[1];
    const gap = !collapse && size > 0 ? `${/^\s/.test(edge) ? '' : ' '}${edge}${/\s$/.test(edge) ? '' : ' '}` : edge;
    const infix = { type: 'literal', value: gap, source: 'shared' };
    const category = () => I.pluralRange(state.locale, categoryOf(state, from), categoryOf(state, to));
    const inner = (left, right) => [...sourced(left, 'startRange'), infix, ...sourced(right, 'endRange')];
    const parts = collapse ? spaced(state, sourced(from.left, 'shared'), inner(from.number, to.number), sourced(from.right, 'shared')) : inner(alone(from), alone(to));
    return sourced(wrapped(state, parts, category), 'shared');
  }

  I.makers.NumberFormat = () => I.service('NumberFormat', {
    callable: true, resolve,
    methods: {
      formatToParts: (state, value) => toParts(state, I.decimal(value)),
      formatRange: (state, start, end) => joined(rangeParts(state, start, end)),
      formatRangeToParts: rangeParts,
    },
    getters: { format: (state) => (value) => joined(toParts(state, I.decimal(value))) },
    described(state) {
      const { style, settings, notation } = state;
      return {
        locale: state.tag, numberingSystem: state.system, style,
        ...(style === 'currency' ? { currency: state.currency, currencyDisplay: state.currencyDisplay, currencySign: state.currencySign } : {}),
        ...(style === 'unit' ? { unit: state.unit, unitDisplay: state.unitDisplay } : {}),
        ...I.digitSettings(settings), useGrouping: state.grouping, notation, ...(notation === 'compact' ? { compactDisplay: state.compactDisplay } : {}),
        signDisplay: state.signDisplay, ...I.roundingSettings(settings),
      };
    },
  }).Maker;
})
