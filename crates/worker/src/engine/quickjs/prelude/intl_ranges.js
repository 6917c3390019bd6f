// Ranges of dates: what both have in common is said once, where the language has a pattern for it.
(function (native, internal) {
  'use strict';
  const I = internal.intl;
  // The fields in which two dates may differ, widest first, and the letters that show them.
  const STEPS = [['G', (a, b) => (a.year > 0) === (b.year > 0)], ['y', (a, b) => a.year === b.year], ['M', (a, b) => a.month === b.month], ['d', (a, b) => a.day === b.day],
    ['a', (a, b) => a.hour < 12 === b.hour < 12], ['h', (a, b) => a.hour === b.hour], ['m', (a, b) => a.minute === b.minute], ['s', (a, b) => a.second === b.second], ['S', (a, b) => a.fraction === b.fraction]];
  const LEVELS = { G: 0, y: 1, Q: 2, M: 2, L: 2, E: 3, c: 3, d: 3, a: 4, B: 5, b: 4, h: 5, H: 5, K: 5, k: 5, m: 6, s: 7, S: 8 };

  // ---- skeletons of intervals ----
  const counts = (skeleton) => {
    const found = {};
    for (const letter of skeleton) found[letter] = (found[letter] ?? 0) + 1;
    return found;
  };
  const isNumber = (letter, count) => letter !== 'M' || count < 3;
  // The nearest key of the patterns: how it differs is 0 not at all, 1 in widths, -1 in fields.
  function nearest(intervals, skeleton) {
    const wanted = counts(skeleton.replaceAll('z', 'v'));
    let best, bestSum = Infinity, bestKind = -1;
    for (const key of Object.keys(intervals)) {
      if (typeof intervals[key] === 'string') continue;
      const other = counts(key);
      let sum = 0, kind = 0;
      for (const letter of new Set([...Object.keys(wanted), ...Object.keys(other)])) {
        const mine = wanted[letter] ?? 0, theirs = other[letter] ?? 0;
        if (mine === theirs) continue;
        if (mine === 0 || theirs === 0) { kind = -1; sum += 0x1000; } else { if (kind !== -1) kind = 1; sum += isNumber(letter, mine) === isNumber(letter, theirs) ? Math.abs(mine - theirs) : 0x100; }
      }
      if (sum < bestSum) { best = key; bestSum = sum; bestKind = kind; }
      if (sum === 0) break;
    }
    if (bestKind !== -1 && skeleton.includes('z')) bestKind = 2;
    return { key: best, kind: bestKind };
  }
  // The pattern with the widths of the skeleton where the key has others.
  function widened(pattern, skeleton, key, zone) {
    const wanted = counts(skeleton.replaceAll('z', 'v')), has = counts(key);
    return I.writePattern(I.patternTokens(pattern).map((part) => {
      if (typeof part === 'string') return part;
      const letter = part.letter === 'L' ? 'M' : part.letter === 'c' ? 'E' : part.letter;
      const length = has[letter] === part.length && wanted[letter] > part.length ? wanted[letter] : part.length;
      return { letter: zone && part.letter === 'v' ? 'z' : part.letter, length };
    }));
  }
  function split(skeleton) {
    const date = [], time = [];
    for (const { letter, length } of skeleton) (LEVELS[letter] <= 3 ? date : time).push(letter.repeat(length));
    return [date.join(''), time.join('')];
  }
  const normalDate = (skeleton) => skeleton.map(({ letter, length }) => (LEVELS[letter] > 3 ? '' : letter === 'M' || letter === 'E' || letter === 'G' ? letter.repeat(letter !== 'M' ? (length <= 3 ? 1 : length) : length < 3 ? 1 : length) : letter === 'y' || letter === 'd' ? letter : letter.repeat(length))).join('');
  const normalTime = (skeleton) => skeleton.map(({ letter }) => (LEVELS[letter] === undefined || LEVELS[letter] > 4 ? ({ K: 'h', k: 'H' }[letter] ?? letter) : '')).join('');

  // The patterns for each field that may differ, of a format.
  function patternsOf(state) {
    if (state.ranges !== undefined) return state.ranges;
    const skeleton = I.skeletonText(state.pattern), { intervals } = state.data, generator = I.generator(state), found = {};
    const [date, time] = split(skeleton);
    const dateKey = normalDate(skeleton), timeKey = normalTime(skeleton);
    const best = nearest(intervals, timeKey === '' ? dateKey : timeKey);
    const put = (field, pattern, key, kind, wanted) => { found[field] = kind === 0 ? pattern : widened(pattern, wanted, key, kind === 2); };
    const usable = best.kind !== -1;
    if (usable && timeKey === '') {
      for (const field of ['d', 'M', 'y', 'G']) extended(found, intervals, field, dateKey, best, put);
    } else if (usable) {
      for (const field of ['m', 'h', 'a']) {
        const hour = /H/.test(best.key) ? 'H' : 'h';
        const table = intervals[best.key], pattern = table[field === 'h' ? hour : field === 'a' ? (hour === 'H' ? 'H' : table.a === undefined ? 'B' : 'a') : field];
        if (pattern !== undefined) put(field, pattern, best.key, best.kind, timeKey);
      }
      for (const key of Object.keys(found)) found[key] = cycled(state, found[key]);
    }
    state.ranges = { found, date: date === '' ? '' : generator.best(date), plain: cycled(state, generator.best(date + time, false)), whole: wholes(state, date, time, generator) };
    if (usable && timeKey !== '' && date !== '') {
      for (const key of ['m', 'h', 'a']) if (found[key] !== undefined) found[key] = I.fill(state.data.joint[2], found[key], state.ranges.date);
    }
    return state.ranges;
  }
  function extended(found, intervals, field, wanted, best, put) {
    const own = intervals[best.key][field];
    if (own !== undefined) { put(field, own, best.key, best.kind, wanted); return; }
    if (Math.max(...[...best.key].map((letter) => LEVELS[letter] ?? 0)) < LEVELS[field]) return;
    const key = field + best.key, more = field + wanted;
    if (intervals[key]?.[field] !== undefined) { put(field, intervals[key][field], key, best.kind, more); return; }
    if (best.kind !== 0) return;
    const other = nearest(intervals, more);
    if (other.kind !== -1 && intervals[other.key][field] !== undefined) put(field, intervals[other.key][field], other.key, other.kind, more);
  }
  const cycled = (state, pattern) => {
    const hour = state.tokens.find((part) => 'hHkK'.includes(part.letter ?? '-'))?.letter;
    return I.writePattern(I.patternTokens(pattern).map((part) => (typeof part !== 'string' && 'hHkK'.includes(part.letter) && hour !== undefined ? { ...part, letter: hour } : part)));
  };
  // Where days differ but only some of the date is shown, the rest of it is shown as well.
  function wholes(state, date, time, generator) {
    if (time === '') return {};
    const all = {};
    let shown = date;
    if (date === '') { for (const field of ['d', 'M', 'y']) all[field] = cycled(state, generator.best(`yMd${time}`, false)); return all; }
    for (const field of ['d', 'M', 'y']) {
      if (!shown.includes(field)) shown = field + shown;
      all[field] = shown === date ? undefined : cycled(state, generator.best(shown + time, false));
    }
    return all;
  }
  // Where the second date of a pattern begins: at the first field that is there already.
  function cut(tokens) {
    const seen = new Set();
    for (let at = 0; at < tokens.length; at++) {
      if (typeof tokens[at] === 'string') continue;
      const letter = { L: 'M', c: 'E', B: 'a', b: 'a' }[tokens[at].letter] ?? tokens[at].letter;
      if (seen.has(letter)) return at;
      seen.add(letter);
    }
    return tokens.length;
  }
  const sourced = (parts, source) => parts.map((part) => ({ ...part, source }));
  // A range reaches from its first field to its last: literals around it are nobody's.
  const spanned = (parts, source) => {
    const first = parts.findIndex(({ type }) => type !== 'literal'), last = parts.findLastIndex(({ type }) => type !== 'literal');
    return parts.map((part, at) => ({ ...part, source: at >= first && at <= last ? source : 'shared' }));
  };
  function add(all, part) {
    const last = all.at(-1);
    if (last?.type === 'literal' && part.type === 'literal' && last.source === part.source) last.value += part.value; else all.push(part);
  }
  function together(state, from, to, tokens) {
    const pattern = state.data.intervals.intervalFormatFallback, all = [];
    for (const piece of pattern.split(/(\{[01]\})/)) {
      if (piece === '') continue;
      const parts = piece === '{0}' ? spanned(I.dateParts(state, from, tokens), 'startRange') : piece === '{1}' ? spanned(I.dateParts(state, to, tokens), 'endRange') : [{ type: 'literal', value: piece, source: 'shared' }];
      for (const part of parts) add(all, part);
    }
    return all;
  }
  // The fields of a pattern that stand once are those of both.
  function inPattern(state, from, to, pattern) {
    const tokens = I.patternTokens(pattern), at = cut(tokens);
    const letters = (list) => list.filter((part) => typeof part !== 'string').map(({ letter }) => letter);
    const repeated = new Set(letters(tokens.slice(at)).filter((letter) => letters(tokens.slice(0, at)).includes(letter)));
    const spans = (list) => { const marks = list.map((part) => typeof part !== 'string' && repeated.has(part.letter)); return [marks.indexOf(true), marks.lastIndexOf(true)]; };
    const build = (time, list, source) => {
      const [first, last] = spans(list), all = [];
      list.forEach((part, index) => {
        for (const each of I.dateParts(state, time, [part])) add(all, { ...each, source: index >= first && index <= last ? source : 'shared' });
      });
      return all;
    };
    const left = build(from, tokens.slice(0, at), 'startRange'), right = build(to, tokens.slice(at), 'endRange');
    for (const part of right) add(left, part);
    return left;
  }
  I.dateRangeText = (state, start, end) => {
    const parts = I.dateRange(state, start, end);
    return parts.every(({ source }) => source === 'shared') ? I.formatDate(state, I.dateTime(start)) : I.joinParts(parts);
  };
  I.dateRange = (state, start, end) => {
    if (start === undefined || end === undefined) throw new TypeError('startDate or endDate cannot be undefined');
    const from = I.dateTime(start), to = I.dateTime(end);
    const left = I.dateLocal(state, from), right = I.dateLocal(state, to);
    const finest = Math.max(...I.skeletonText(state.pattern).map(({ letter }) => LEVELS[letter] ?? -1));
    const at = STEPS.findIndex(([, same]) => !same(left, right));
    if (at < 0 || at > finest || (STEPS[at][0] === 'a' && finest < 5)) return sourced(I.dateParts(state, from), 'shared');
    const field = STEPS[at][0], { found, whole, plain } = patternsOf(state);
    if (found[field] !== undefined) return inPattern(state, from, to, found[field]);
    if (at <= 3 && whole[field] !== undefined) return together(state, from, to, I.patternTokens(whole[field]));
    return together(state, from, to, I.patternTokens(plain));
  };
})
