// Intl.DateTimeFormat: options, and dates as text and as parts.
(function (native, internal) {
  'use strict';
  const I = internal.intl;
  const WORDS = ['narrow', 'short', 'long'], DIGITS = ['2-digit', 'numeric'], STYLES = ['full', 'long', 'medium', 'short'];
  const ZONE_NAMES = ['short', 'long', 'shortOffset', 'longOffset', 'shortGeneric', 'longGeneric'];
  const FIELDS = [
    ['weekday', WORDS], ['era', WORDS], ['year', DIGITS], ['month', [...DIGITS, ...WORDS]], ['day', DIGITS], ['dayPeriod', WORDS],
    ['hour', DIGITS], ['minute', DIGITS], ['second', DIGITS], ['fractionalSecondDigits', undefined], ['timeZoneName', ZONE_NAMES],
  ];
  const LETTERS = {
    weekday: { narrow: 'EEEEE', long: 'EEEE', short: 'EEE' }, era: { narrow: 'GGGGG', long: 'GGGG', short: 'GGG' }, year: { '2-digit': 'yy', numeric: 'y' },
    month: { narrow: 'MMMMM', long: 'MMMM', short: 'MMM', '2-digit': 'MM', numeric: 'M' }, day: { '2-digit': 'dd', numeric: 'd' },
    dayPeriod: { narrow: 'BBBBB', long: 'BBBB', short: 'B' }, minute: { '2-digit': 'mm', numeric: 'm' }, second: { '2-digit': 'ss', numeric: 's' },
    timeZoneName: { long: 'zzzz', short: 'z', longOffset: 'OOOO', shortOffset: 'O', longGeneric: 'vvvv', shortGeneric: 'v' },
  };
  const HOURS = { h11: 'K', h12: 'h', h23: 'H', h24: 'k' };
  const CYCLES = Object.keys(HOURS);
  const CALENDARS = /^(?:buddhist|chinese|coptic|dangi|ethioaa|ethiopic|ethiopic-amete-alem|hebrew|indian|islamic.*|iso8601|japanese|persian|roc)$/;

  // ---- options ----
  // The Thai patterns for years of the Buddha, where they differ from those for others.
  let thai;
  const buddhist = (data) => (thai ??= {
    ...data, eras: [['พุทธศักราช'], ['พ.ศ.'], ['พ.ศ.']].map(([era]) => [era, era]), date: [data.date[0], 'd MMMM y', data.date[2], data.date[3]],
    available: { ...data.available, y: 'G y', Hm: 'HH:mm', Hms: 'HH:mm:ss', EHm: 'E HH:mm' },
  });
  // Gregorian, and in Thai, as is usual there, with the years of the Buddha.
  function calendarOf({ locale, keywords }, given) {
    if (given !== undefined && !/^[a-z0-9]{3,8}(?:-[a-z0-9]{3,8})*$/i.test(given)) throw new RangeError(`Invalid calendar : ${given}`);
    const usual = locale.startsWith('th') ? 'buddhist' : 'gregory', tagged = keywords.get('ca');
    for (const asked of [given?.toLowerCase(), tagged]) {
      if (asked === undefined) continue;
      const name = asked === 'gregorian' ? 'gregory' : asked;
      if (name === usual || (name === 'gregory' && usual === 'buddhist')) return { calendar: name, keyword: tagged === name ? name : undefined };
      if (CALENDARS.test(name)) throw new RangeError(`the calendar '${name}' is not supported by Intl here: only gregory is, and buddhist in Thai`);
    }
    return { calendar: usual, keyword: undefined };
  }
  function resolve(locales, given, wanted = 'any', defaults = 'date') {
    const negotiated = I.negotiate(locales), options = I.coerced(given, 'DateTimeFormat');
    const read = (name, values, fallback) => I.text(options, name, values, fallback, 'DateTimeFormat');
    const { locale, keywords } = negotiated;
    read('localeMatcher', I.MATCHER, 'best fit');
    const { calendar, keyword: calendarWord } = calendarOf(negotiated, read('calendar'));
    const { system, keyword: systemWord } = I.numberingSystem(negotiated, read('numberingSystem'), 'DateTimeFormat');
    const hour12 = I.flag(options, 'hour12', undefined);
    const cycleAsked = read('hourCycle', CYCLES, undefined);
    const timeZone = options.timeZone === undefined ? 'UTC' : I.timeZone(options.timeZone);
    const fields = {};
    for (const [name, values] of FIELDS) {
      const value = name === 'fractionalSecondDigits' ? I.count(options[name], name, 1, 3, undefined) : read(name, values, undefined);
      if (value !== undefined) fields[name] = value;
    }
    read('formatMatcher', ['best fit', 'basic'], 'best fit');
    const dateStyle = read('dateStyle', STYLES, undefined), timeStyle = read('timeStyle', STYLES, undefined);
    const usual = usualCycle(locale), tagged = CYCLES.includes(keywords.get('hc')) ? keywords.get('hc') : undefined;
    const cycle = hour12 !== undefined ? cycleFor(locale, usual, hour12) : cycleAsked ?? tagged;
    const state = {
      locale, system, calendar, timeZone, dateStyle, timeStyle, data: I.data(locale, 'dates'), cycle: cycle ?? usual,
      tag: I.withKeywords(locale, { ca: calendarWord, nu: systemWord, hc: hour12 === undefined && tagged !== undefined && (cycleAsked ?? tagged) === tagged ? tagged : undefined }),
    };
    state.digitText = digitsOf(locale, system);
    if (calendar === 'buddhist') state.data = buddhist(state.data);
    if (dateStyle !== undefined || timeStyle !== undefined) state.pattern = styled(state, fields, cycle, wanted);
    else state.pattern = fitted(state, withDefaults(fields, wanted, defaults));
    state.tokens = I.patternTokens(state.pattern);
    state.hasMinute = state.tokens.some((part) => part.letter === 'm'); state.hasSecond = state.tokens.some((part) => part.letter === 's');
    return state;
  }
  function digitsOf(locale, system) {
    if (system === 'latn') return (text) => text;
    const digits = [...I.section('root.money').systems[system]];
    return (text) => text.replace(/\d/g, (digit) => digits[digit]);
  }
  function usualCycle(locale) {
    const { cycle } = I.data(locale, 'dates');
    return cycle;
  }
  function cycleFor(locale, usual, hour12) {
    if (hour12) return usual === 'h11' || usual === 'h12' ? usual : locale.startsWith('ja') ? 'h11' : 'h12';
    return usual === 'h23' || usual === 'h24' ? usual : 'h23';
  }
  function withDefaults(fields, wanted, defaults) {
    const has = (names) => names.some((name) => fields[name] !== undefined);
    const dates = ['weekday', 'year', 'month', 'day'], times = ['dayPeriod', 'hour', 'minute', 'second', 'fractionalSecondDigits'];
    const asked = (wanted !== 'time' && has(dates)) || (wanted !== 'date' && has(times));
    if (asked) return fields;
    const all = { ...fields };
    if (defaults === 'date' || defaults === 'all') Object.assign(all, { year: 'numeric', month: 'numeric', day: 'numeric' });
    if (defaults === 'time' || defaults === 'all') Object.assign(all, { hour: 'numeric', minute: 'numeric', second: 'numeric' });
    return all;
  }
  function fitted(state, fields) {
    let skeleton = '';
    for (const [name] of FIELDS) {
      const value = fields[name];
      if (value === undefined) continue;
      if (name === 'hour') skeleton += HOURS[state.cycle].repeat(value === '2-digit' ? 2 : 1);
      else if (name === 'fractionalSecondDigits') skeleton += 'S'.repeat(value);
      else skeleton += LETTERS[name][value];
    }
    state.hasHour = fields.hour !== undefined;
    return withCycle(I.generator(state).best(skeleton), state.cycle);
  }
  const withCycle = (pattern, cycle) => I.writePattern(I.patternTokens(pattern).map((part) => (typeof part !== 'string' && 'hHkK'.includes(part.letter) ? { ...part, letter: HOURS[cycle] } : part)));
  function styled(state, fields, cycle, wanted) {
    const { dateStyle, timeStyle, data, locale } = state;
    const clash = FIELDS.map(([name]) => name).find((name) => fields[name] !== undefined);
    if (clash !== undefined) throw new TypeError('Invalid option : option');
    if (wanted === 'date' && timeStyle !== undefined) throw new TypeError('Invalid option : timeStyle');
    if (wanted === 'time' && dateStyle !== undefined) throw new TypeError('Invalid option : dateStyle');
    state.hasHour = timeStyle !== undefined;
    const date = dateStyle === undefined ? undefined : data.date[STYLES.indexOf(dateStyle)], time = timeStyle === undefined ? undefined : data.time[STYLES.indexOf(timeStyle)];
    const pattern = date === undefined ? time : time === undefined ? date : I.fill(data.at[STYLES.indexOf(dateStyle)], time, date);
    const hour = time === undefined ? undefined : I.patternTokens(time).find((part) => 'hHkK'.includes(part.letter ?? '-'));
    if (time !== undefined) state.cycle = cycle ?? CYCLES.find((each) => HOURS[each] === hour.letter);
    if (time === undefined || HOURS[state.cycle] === hour.letter) return pattern;
    const daily = state.cycle === 'h23' || state.cycle === 'h24';
    const skeleton = I.skeletonText(pattern).filter(({ letter }) => !(daily && 'abB'.includes(letter)))
      .map(({ letter, length }) => ('hHkK'.includes(letter) ? HOURS[state.cycle] : letter).repeat(length)).join('');
    return withCycle(I.generator(state).best(skeleton), state.cycle);
  }

  // ---- formatting ----
  const TYPES = {
    G: 'era', y: 'year', u: 'year', r: 'relatedYear', M: 'month', L: 'month', d: 'day', E: 'weekday', c: 'weekday', e: 'weekday', a: 'dayPeriod', b: 'dayPeriod', B: 'dayPeriod',
    h: 'hour', H: 'hour', k: 'hour', K: 'hour', m: 'minute', s: 'second', S: 'fractionalSecond', z: 'timeZoneName', v: 'timeZoneName', O: 'timeZoneName', Q: 'quarter', q: 'quarter',
  };
  // The fields of a time in a zone.
  function local(state, time) {
    const seconds = Math.floor(time / 1000), here = seconds + I.zoneOffset(state.timeZone, seconds);
    const days = Math.floor(here / 86400), rest = here - days * 86400;
    return {
      seconds, ...civil(days), weekday: ((days + 4) % 7 + 7) % 7,
      hour: Math.floor(rest / 3600), minute: Math.floor(rest / 60) % 60, second: rest % 60, fraction: time - seconds * 1000,
    };
  }
  // The date of a day since 1970: what Date cannot say near the ends of its range.
  function civil(days) {
    const shifted = days + 719_468, era = Math.floor(shifted / 146_097), ofEra = shifted - era * 146_097;
    const years = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
    const ofYear = ofEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100)), shift = Math.floor((5 * ofYear + 2) / 153);
    const month = shift < 10 ? shift + 2 : shift - 10;
    return { year: years + era * 400 + (month < 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * shift + 2) / 5) + 1 };
  }
  const width = (length) => (length === 4 ? 'wide' : length === 5 ? 'narrow' : length === 6 ? 'short' : 'abbreviated');
  const names = (table, length, alone) => (alone ? table.alone[width(length)] : undefined) ?? table.format[width(length)] ?? table.format.abbreviated;
  function fieldText(state, part, at) {
    const { letter, length } = part, { data } = state;
    const padded = (value) => state.digitText(String(value).padStart(length, '0'));
    switch (letter) {
      case 'G': return data.eras[length === 4 ? 0 : length === 5 ? 2 : 1][at.year > 0 ? 1 : 0];
      case 'y': { const year = state.calendar === 'buddhist' ? at.year + 543 : at.year > 0 ? at.year : 1 - at.year; return length === 2 ? padded(year % 100) : padded(year); }
      case 'u': case 'r': return padded(at.year);
      case 'M': case 'L': return length < 3 ? padded(at.month + 1) : names(data.months, length, letter === 'L')[at.month];
      case 'Q': case 'q': return length < 3 ? padded(Math.floor(at.month / 3) + 1) : names(data.quarters, length, letter === 'q')[Math.floor(at.month / 3)];
      case 'd': return padded(at.day);
      case 'E': case 'c': case 'e': return names(data.days, length, letter === 'c')[at.weekday];
      case 'a': case 'b': case 'B': return periodText(state, part, at);
      case 'h': return padded(at.hour % 12 || 12);
      case 'K': return padded(at.hour % 12);
      case 'H': return padded(at.hour);
      case 'k': return padded(at.hour || 24);
      case 'm': return padded(at.minute);
      case 's': return padded(at.second);
      case 'S': return state.digitText(String(at.fraction).padStart(3, '0').slice(0, length));
      default: return I.zoneText(state, part, at.seconds);
    }
  }
  function periodText(state, { letter, length }, at) {
    const periods = state.data.periods.format[width(length)] ?? state.data.periods.format.abbreviated;
    const plain = periods[at.hour < 12 ? 'am' : 'pm'];
    if (letter === 'a') return plain;
    const rules = I.section('root.rules').periods[I.ruleTag(state.locale)] ?? I.section('root.rules').periods[state.locale.split('-')[0]] ?? [];
    const whole = (!state.hasMinute || at.minute === 0) && (!state.hasSecond || at.second === 0);
    const exact = whole ? rules.find((rule) => rule.length === 2 && rule[0] === 'noon' && rule[1] === at.hour)?.[0] : undefined;
    if (exact !== undefined && periods[exact] !== undefined) return periods[exact];
    if (letter === 'b') return plain;
    const inside = rules.find((rule) => rule.length === 3 && (rule[1] < rule[2] ? at.hour >= rule[1] && at.hour < rule[2] : at.hour >= rule[1] || at.hour < rule[2]))?.[0];
    return periods[inside] ?? plain;
  }
  function push(parts, type, value) {
    const last = parts.at(-1);
    if (type === 'literal' && last?.type === 'literal') last.value += value; else parts.push({ type, value });
  }
  function toParts(state, time, tokens = state.tokens) {
    const at = local(state, time), parts = [];
    for (const part of tokens) {
      if (typeof part === 'string') push(parts, 'literal', part);
      else { const text = fieldText(state, part, at); if (text !== '') push(parts, TYPES[part.letter] ?? 'unknown', text); }
    }
    return parts;
  }
  const joined = (parts) => { let text = ''; for (const part of parts) text += part.value; return text; };
  function clipped(given) {
    const time = given === undefined ? Date.now() : Number(given);
    if (!(Math.abs(time) <= 8.64e15)) throw new RangeError('Invalid time value');
    return Math.trunc(time) + 0;
  }
  Object.assign(I, { resolveDate: resolve, dateLocal: local, dateParts: toParts, dateTime: clipped, joinParts: joined });
  // As text alone, a narrow space is a plain one: so does V8.
  I.formatDate = (state, time) => joined(toParts(state, time)).replaceAll('\u202f', ' ');

  // ---- the service ----
  function described(state) {
    const { tokens, cycle } = state, found = {};
    const lengths = {};
    for (const part of tokens) if (typeof part !== 'string') lengths[{ L: 'M', c: 'E', e: 'E', K: 'h', H: 'h', k: 'h', b: 'B' }[part.letter] ?? part.letter] = part.length;
    const put = (name, letter, choose) => { if (lengths[letter] !== undefined) found[name] = choose(lengths[letter]); };
    const word = (length) => (length === 4 ? 'long' : length === 5 ? 'narrow' : 'short'), digit = (length) => (length === 2 ? '2-digit' : 'numeric');
    if (state.hasHour) Object.assign(found, { hourCycle: cycle, hour12: cycle === 'h11' || cycle === 'h12' });
    if (state.dateStyle === undefined && state.timeStyle === undefined) {
      put('weekday', 'E', word); put('era', 'G', word); put('year', 'y', digit); put('month', 'M', (length) => (length < 3 ? digit(length) : word(length)));
      put('day', 'd', digit); put('dayPeriod', 'B', word); put('hour', 'h', digit); put('minute', 'm', digit); put('second', 's', digit); put('fractionalSecondDigits', 'S', (length) => length);
      for (const [letter, name] of [['z', ''], ['O', 'Offset'], ['v', 'Generic']]) put('timeZoneName', letter, (length) => (length === 4 ? 'long' : 'short') + name);
    } else {
      if (state.dateStyle !== undefined) found.dateStyle = state.dateStyle;
      if (state.timeStyle !== undefined) found.timeStyle = state.timeStyle;
    }
    return { locale: state.tag, calendar: state.calendar, numberingSystem: state.system, timeZone: state.timeZone, ...found };
  }
  I.makers.DateTimeFormat = () => I.service('DateTimeFormat', {
    callable: true, resolve: (locales, options) => resolve(locales, options),
    methods: {
      formatToParts: (state, date) => toParts(state, clipped(date)),
      formatRange: (state, start, end) => I.dateRangeText(state, start, end),
      formatRangeToParts: (state, start, end) => I.dateRange(state, start, end),
    },
    getters: { format: (state) => (date) => I.formatDate(state, clipped(date)) },
    described,
  }).Maker;
})
