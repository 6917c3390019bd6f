// Patterns of dates: which of a language's patterns is nearest to the fields that are wanted, and what
// is made of two where none has them all. The distances are those of CLDR's generator of patterns.
(function (native, internal) {
  'use strict';
  const I = internal.intl;
  const DELTA = 0x10, NUMERIC = 0x100, NARROW = -0x101, SHORTER = -0x102, SHORT = -0x103, LONG = -0x104;
  const EXTRA = 0x10000, MISSING = 0x1000;
  const FIELDS = { era: 0, year: 1, quarter: 2, month: 3, weekday: 6, day: 9, period: 10, hour: 11, minute: 12, second: 13, fraction: 14, zone: 15 };
  const COUNT = 16, DATES = (1 << FIELDS.period) - 1;
  const APPEND = ['Era', 'Year', 'Quarter', 'Month', 'Week', '', 'Day-Of-Week', '', '', 'Day', '', 'Hour', 'Minute', 'Second', '', 'Timezone'];
  const NAMES = ['era', 'year', 'quarter', 'month', 'week', '', 'weekday', '', '', 'day', 'dayperiod', 'hour', 'minute', 'second', '', 'zone'];
  // The field of a letter, and what each width of it counts.
  const words = (field, shift = 0) => ({ field, widths: [[1, SHORT - shift], [4, LONG - shift], [5, NARROW - shift], [6, SHORTER - shift]] });
  const numbers = (field, shift = 0) => ({ field, widths: [[1, NUMERIC + shift]] });
  const mixed = (field, shift, numeric = shift) => ({ field, widths: [[1, NUMERIC + numeric], [3, SHORT - shift], [4, LONG - shift], [5, NARROW - shift], [6, SHORTER - shift]] });
  const LETTERS = {
    G: words(FIELDS.era), y: numbers(FIELDS.year), u: numbers(FIELDS.year, 2 * DELTA), r: numbers(FIELDS.year, 3 * DELTA),
    Q: mixed(FIELDS.quarter, 0), q: mixed(FIELDS.quarter, DELTA), M: mixed(FIELDS.month, 0), L: mixed(FIELDS.month, DELTA),
    E: words(FIELDS.weekday), c: mixed(FIELDS.weekday, 2 * DELTA), e: mixed(FIELDS.weekday, DELTA), d: numbers(FIELDS.day),
    a: words(FIELDS.period), b: words(FIELDS.period, DELTA), B: words(FIELDS.period, 3 * DELTA),
    H: numbers(FIELDS.hour, 10 * DELTA), k: numbers(FIELDS.hour, 11 * DELTA), h: numbers(FIELDS.hour), K: numbers(FIELDS.hour, DELTA),
    m: numbers(FIELDS.minute), s: numbers(FIELDS.second), S: numbers(FIELDS.fraction),
    v: words(FIELDS.zone, 2 * DELTA), z: words(FIELDS.zone), O: words(FIELDS.zone, DELTA),
  };
  function typeOf(letter, length) {
    const { widths } = LETTERS[letter];
    let found = widths[0][1];
    for (const [least, type] of widths) if (length >= least) found = type;
    return found > 0 ? found + length : found;
  }

  // A pattern as fields {letter, length} and literal texts.
  const kept = new Map();
  function tokens(pattern) {
    let found = kept.get(pattern);
    if (found !== undefined) return found;
    found = [];
    let literal = '';
    const flush = () => { if (literal !== '') found.push(literal); literal = ''; };
    for (let at = 0; at < pattern.length;) {
      const char = pattern[at];
      if (char === "'") {
        const end = quoteEnd(pattern, at);
        literal += end === at + 2 ? "'" : pattern.slice(at + 1, end - 1).replaceAll("''", "'");
        at = end;
      } else if (/[a-zA-Z]/.test(char)) {
        let end = at + 1;
        while (pattern[end] === char) end++;
        flush();
        found.push({ letter: char, length: end - at });
        at = end;
      } else { literal += char; at++; }
    }
    flush();
    if (kept.size > 512) kept.clear();
    kept.set(pattern, found);
    return found;
  }
  function quoteEnd(pattern, from) {
    let at = from + 1;
    for (; at < pattern.length; at++) {
      if (pattern[at] !== "'") continue;
      if (pattern[at + 1] === "'" && at > from) at++; else return at + 1;
    }
    return at;
  }
  const quoted = (text) => text.replace(/'/g, "''").replace(/[a-zA-Z]+(?:[ ]*[a-zA-Z]+)*/g, (word) => `'${word}'`);
  const write = (parts) => parts.map((part) => (typeof part === 'string' ? quoted(part) : part.letter.repeat(part.length))).join('');
  I.patternTokens = tokens;
  I.writePattern = write;

  // ---- skeletons ----
  // What fields a skeleton or a pattern has: their types, letters and lengths.
  function skeletonOf(text) {
    const skeleton = { type: new Array(COUNT).fill(0), letter: new Array(COUNT), length: new Array(COUNT).fill(0), added: false };
    const put = (letter, length) => {
      const { field } = LETTERS[letter];
      skeleton.type[field] = typeOf(letter, length); skeleton.letter[field] = letter; skeleton.length[field] = length;
    };
    for (const part of tokens(text)) if (typeof part !== 'string' && LETTERS[part.letter] !== undefined) put(part.letter, part.length);
    if (skeleton.type[FIELDS.fraction] !== 0 && skeleton.type[FIELDS.minute] !== 0 && skeleton.type[FIELDS.second] === 0) put('s', 1);
    const hour = skeleton.letter[FIELDS.hour];
    if (hour === 'h' || hour === 'K') {
      if (skeleton.type[FIELDS.period] === 0) { put('a', 1); skeleton.added = true; }
    } else if (hour !== undefined) { skeleton.type[FIELDS.period] = 0; skeleton.letter[FIELDS.period] = undefined; skeleton.length[FIELDS.period] = 0; }
    return skeleton;
  }
  // The fields of a skeleton at the least length of their kind.
  const baseOf = ({ letter, length, added }) => letter.map((each, field) => {
    if (each === undefined || (added && field === FIELDS.period)) return '';
    const least = LETTERS[each].widths.filter(([from]) => length[field] >= from).at(-1)?.[0] ?? 1;
    return each.repeat(least);
  }).join('');
  const maskOf = ({ type }) => type.reduce((mask, each, at) => (each === 0 ? mask : mask | (1 << at)), 0);
  function distance(wanted, other, mask) {
    let sum = 0, missing = 0, extra = 0;
    for (let at = 0; at < COUNT; at++) {
      const mine = (mask & (1 << at)) === 0 ? 0 : wanted.type[at], theirs = other.type[at];
      if (mine === theirs) continue;
      if (mine === 0) { sum += EXTRA; extra |= 1 << at; } else if (theirs === 0) { sum += MISSING; missing |= 1 << at; } else sum += Math.abs(mine - theirs);
    }
    return { sum, missing, extra };
  }

  // ---- the patterns of a locale ----
  const generators = new Map();
  I.generator = ({ locale, data }) => {
    let generator = generators.get(data);
    if (generator === undefined) generators.set(data, generator = new Generator(data, I.data(locale, 'numbers')));
    return generator;
  };
  class Generator {
    constructor(dates, numbers) {
      this.dates = dates;
      this.entries = new Map();
      this.bases = new Set();
      const { symbols } = numbers.systems[numbers.system] ?? numbers.systems.latn;
      this.decimal = symbols.decimal;
      for (const letter of 'GyQMEdaHmsSv') this.add(letter, undefined);
      for (let style = 0; style < 4; style++) { this.add(dates.date[style], undefined); this.add(dates.time[style], undefined); }
      for (const key of Object.keys(dates.available).sort()) this.add(dates.available[key], key);
      const order = (letter) => (letter < 'a' ? letter.charCodeAt(0) - 65 : letter.charCodeAt(0) - 71);
      this.list = [...this.entries.values()].map((entry, at) => ({ ...entry, at, first: order(entry.skeleton.letter.find((letter, field) => letter !== undefined && !(field === FIELDS.period && entry.skeleton.added))) }));
      this.list.sort((a, b) => a.first - b.first || a.at - b.at);
    }
    add(pattern, key) {
      const skeleton = skeletonOf(key ?? pattern), signature = skeleton.type.join();
      const there = this.entries.get(signature);
      if (there !== undefined && (key === undefined || there.specified)) return;
      // A standard pattern gives way to one before it with the same fields.
      const base = baseOf(skeleton);
      if (key === undefined && this.bases.has(base)) return;
      this.bases.add(base);
      this.entries.set(signature, { pattern, skeleton, specified: key !== undefined });
    }
    // The nearest pattern to the fields of `mask`.
    nearest(wanted, mask) {
      let best, bestMissing = -1;
      for (const entry of this.list) {
        const found = distance(wanted, entry.skeleton, mask);
        if (best === undefined || found.sum < best.sum || (found.sum === best.sum && bestMissing < found.missing)) {
          best = { ...found, entry };
          bestMissing = found.missing;
          if (found.sum === 0) break;
        }
      }
      return best;
    }
    // `hours`: whether hours have the width that is wanted rather than that of the language.
    best(text, hours = true) {
      const wanted = skeletonOf(text);
      wanted.hours = hours;
      const found = this.nearest(wanted, -1);
      if (found.missing === 0 && found.extra === 0) return this.adjusted(found.entry, wanted, false);
      const mask = maskOf(wanted);
      const date = this.composed(wanted, mask & DATES), time = this.composed(wanted, mask & ~DATES);
      if (date === '' || time === '') return date || time;
      const month = wanted.letter[FIELDS.month] === undefined ? 0 : wanted.length[FIELDS.month];
      const style = month === 4 ? (wanted.type[FIELDS.weekday] === 0 ? 1 : 0) : month === 3 ? 2 : 3;
      return I.fill(this.dates.at[style], time, date);
    }
    // A pattern with the fields of `mask`, made of several where it must.
    composed(wanted, mask) {
      if (mask === 0) return '';
      let found = this.nearest(wanted, mask);
      let pattern = this.adjusted(found.entry, wanted, false);
      for (let last = 0; found.missing !== 0 && last !== found.missing;) {
        const seconds = (1 << FIELDS.second) | (1 << FIELDS.fraction);
        if ((found.missing & seconds) === 1 << FIELDS.fraction && (mask & seconds) === seconds) {
          pattern = this.adjusted({ ...found.entry, pattern }, wanted, true);
          found.missing &= ~(1 << FIELDS.fraction);
          continue;
        }
        const { missing } = found;
        last = missing;
        found = this.nearest(wanted, missing);
        const more = this.adjusted(found.entry, wanted, false);
        const top = 31 - Math.clz32(missing & ~found.missing);
        if (top < 0) break;
        const joint = this.dates.append[APPEND[top]] ?? '{0} ├{2}: {1}┤';
        pattern = I.fill(joint, pattern, more, `'${this.dates.names[NAMES[top]] ?? ''}'`);
      }
      return pattern;
    }
    // The pattern with the widths that are wanted.
    adjusted({ pattern, skeleton, specified }, wanted, withFraction) {
      const parts = [];
      for (const part of tokens(pattern)) {
        if (typeof part === 'string' || LETTERS[part.letter] === undefined) { parts.push(part); continue; }
        const { field } = LETTERS[part.letter];
        if (withFraction && field === FIELDS.second) {
          parts.push(part, this.decimal, { letter: 'S', length: wanted.length[FIELDS.fraction] });
          continue;
        }
        if (wanted.type[field] === 0) { parts.push(part); continue; }
        parts.push(adjustedField(part, field, wanted, specified ? skeleton : undefined));
      }
      return write(parts);
    }
  }
  function adjustedField(part, field, wanted, skeleton) {
    const asked = wanted.letter[field];
    let length = wanted.length[field];
    if (asked === 'E' && length < 3) length = 3;
    if (field === FIELDS.minute || field === FIELDS.second || (field === FIELDS.hour && !wanted.hours)) length = part.length;
    else if (skeleton !== undefined && field !== FIELDS.hour) {
      const numeric = typeOf(part.letter, part.length) > 0, numericKey = skeleton.type[field] > 0;
      if (skeleton.length[field] === length || numeric !== numericKey) length = part.length;
    } else if (skeleton !== undefined && skeleton.length[field] === length) length = part.length;
    const own = field === FIELDS.hour || field === FIELDS.month || field === FIELDS.weekday || field === FIELDS.year;
    return { letter: own ? part.letter : asked, length };
  }
  // The skeleton of a pattern, in the order of fields.
  I.skeletonText = (pattern) => {
    const found = new Map();
    for (const part of tokens(pattern)) if (typeof part !== 'string' && LETTERS[part.letter] !== undefined) found.set(LETTERS[part.letter].field, part);
    return [...found].sort(([a], [b]) => a - b).map(([, part]) => part);
  };
})
