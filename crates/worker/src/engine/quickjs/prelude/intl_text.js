// The order of texts, where they may be cut, and letters whose case is a language's own.
(function (native, internal) {
  'use strict';
  const I = internal.intl;

  // ---- order ----
  const STRENGTHS = { base: [1, false], accent: [2, false], case: [1, true], variant: [3, false] };
  const COLLATIONS = { de: ['phonebk'], es: ['trad'], sv: ['trad'], fi: ['trad'], zh: ['pinyin', 'stroke', 'zhuyin', 'unihan'], ja: ['unihan'], ko: ['unihan'] };
  const collations = (locale) => ['emoji', 'eor', ...(COLLATIONS[locale.split('-')[0]] ?? [])].sort();
  // The tag whose order it is: few regions have an order of their own.
  const collated = (locale) => (/^(?:en-US|de-AT|fr-CA|he-IL|id-ID|zh.*)$/.test(locale) ? locale : locale.split('-')[0]);
  function resolve(locales, given) {
    const negotiated = I.negotiate(locales), options = I.coerced(given, 'Collator');
    const read = (name, values, fallback) => I.text(options, name, values, fallback, 'Collator');
    const { keywords } = negotiated, locale = collated(negotiated.locale);
    const usage = read('usage', ['sort', 'search'], 'sort');
    read('localeMatcher', I.MATCHER, 'best fit');
    const asked = read('collation');
    const numericAsked = I.flag(options, 'numeric', undefined);
    const caseAsked = read('caseFirst', ['upper', 'lower', 'false'], undefined);
    const sensitivity = read('sensitivity', Object.keys(STRENGTHS), 'variant');
    const punctuation = I.flag(options, 'ignorePunctuation', locale.startsWith('th'));
    const used = {};
    const fromTag = (key, values, option) => {
      let value = keywords.get(key);
      if (value === '') value = 'true';
      if (!values.includes(value)) return undefined;
      if (option === undefined || String(option) === value) used[key] = value;
      return value;
    };
    const there = collations(locale);
    const tagged = fromTag('co', there, there.includes(asked) ? asked : undefined);
    const collation = usage === 'search' ? 'default' : there.includes(asked) ? asked : tagged ?? 'default';
    if (usage === 'search') delete used.co;
    const numeric = numericAsked ?? fromTag('kn', ['true', 'false'], numericAsked) === 'true';
    if (numericAsked !== undefined) fromTag('kn', ['true', 'false'], numericAsked);
    const tagCase = fromTag('kf', ['upper', 'lower', 'false'], caseAsked);
    const caseFirst = caseAsked ?? tagCase ?? (locale.split('-')[0] === 'da' && usage === 'sort' ? 'upper' : 'false');
    return { locale, tag: I.withKeywords(locale, used), usage, sensitivity, punctuation, collation, numeric, caseFirst, number: undefined };
  }
  function numberOf(state) {
    if (state.number === undefined) {
      const words = [...(state.collation === 'default' ? [] : ['co', state.collation]), ...(state.caseFirst === 'false' ? ['kf-false'] : [`kf-${state.caseFirst}`]), ...(state.numeric ? ['kn'] : [])];
      const [strength, byCase] = STRENGTHS[state.sensitivity];
      state.number = native.collator(`${state.locale}-u-${words.join('-')}`, strength, byCase, state.punctuation);
    }
    return state.number;
  }
  const well = (text) => (text.isWellFormed() ? text : text.toWellFormed());
  I.resolveCollator = resolve;
  I.compare = (state, left, right) => {
    if (left === right) return 0;
    const order = native.collate(numberOf(state), well(left), well(right));
    // Halves of characters are all the same to the collator.
    return order === 0 && !(left.isWellFormed() && right.isWellFormed()) ? (left < right ? -1 : 1) : order;
  };

  I.makers.Collator = () => I.service('Collator', {
    callable: true, resolve,
    getters: { compare: (state) => (left, right) => I.compare(state, String(left), String(right)) },
    described: ({ tag, usage, sensitivity, punctuation, collation, numeric, caseFirst }) => ({ locale: tag, usage, sensitivity, ignorePunctuation: punctuation, collation, numeric, caseFirst }),
  }).Maker;

  // ---- where to cut ----
  const KINDS = ['grapheme', 'word', 'sentence'];
  const PIECE = 8192;
  // Languages that write words without spaces need a dictionary to find them.
  const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
  // The ends of a text's segments, found as far as somebody wants to know.
  class Ends {
    constructor(kind, text) {
      this.kind = kind; this.text = text; this.found = []; this.done = 0;
      if (kind === 1 && UNSPACED.test(text)) {
        throw new RangeError("words of Chinese, Japanese, Thai, Lao, Khmer and Burmese are not supported by Intl.Segmenter here: take granularity 'grapheme', or split the text at spaces");
      }
    }
    more() {
      for (let size = PIECE; this.done < this.text.length; size *= 2) {
        const from = this.done;
        let to = Math.min(this.text.length, from + size);
        if (to < this.text.length && (this.text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to++;
        const ends = native.segment(this.kind, well(this.text.slice(from, to)));
        // What is near the cut may go on behind it.
        const sure = to === this.text.length ? ends.length : ends.length - 3;
        if (sure < 1) { if (to === this.text.length) return false; continue; }
        for (let at = 0; at < sure; at++) this.keep(from * 2 + ends[at]);
        this.done = this.found.at(-1) >> 1;
        return true;
      }
      return false;
    }
    // Keeps an end, and between Korean and other letters one more.
    keep(end) {
      if (this.kind !== 1) { this.found.push(end); return; }
      const to = end >> 1;
      let from = (this.found.at(-1) ?? 0) >> 1;
      const runs = this.text.slice(from, to).match(/[\uac00-\ud7a3]+|[^\uac00-\ud7a3]+/g) ?? [];
      for (const run of runs) {
        from += run.length;
        this.found.push(from * 2 + (end % 2 === 1 || /[\p{L}\p{Nd}]/u.test(run) ? 1 : 0));
      }
    }
    // The segment with this number, or undefined behind the last.
    segment(number) {
      while (number >= this.found.length) if (!this.more()) return undefined;
      const index = number === 0 ? 0 : this.found[number - 1] >> 1, end = this.found[number] >> 1;
      const data = { segment: this.text.slice(index, end), index, input: this.text };
      if (this.kind === 1) data.isWordLike = this.found[number] % 2 === 1;
      return data;
    }
    containing(index) {
      while (this.done <= index) if (!this.more()) return undefined;
      let low = 0, high = this.found.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((this.found[middle] >> 1) > index) high = middle; else low = middle + 1;
      }
      return this.segment(low);
    }
  }
  I.makers.Segmenter = () => {
    const segments = new WeakMap();
    const iterators = new WeakMap();
    const Base = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
    const iterator = Object.create(Base);
    I.hidden(iterator, 'next', { next() {
      const state = iterators.get(this);
      if (state === undefined) throw new TypeError('Method %SegmentIterator.prototype%.next called on incompatible receiver');
      const value = state.ends.segment(state.at);
      if (value === undefined) return { value: undefined, done: true };
      state.at++;
      return { value, done: false };
    } }.next);
    Object.defineProperty(iterator, Symbol.toStringTag, { value: 'Segmenter String Iterator', configurable: true });
    const prototype = {};
    I.hidden(prototype, 'containing', { containing(index) {
      const { ends } = segments.get(this);
      const at = Math.trunc(Number(index)) || 0;
      return at < 0 || at >= ends.text.length ? undefined : ends.containing(at);
    } }.containing);
    I.hidden(prototype, Symbol.iterator, { [Symbol.iterator]() {
      const made = Object.create(iterator);
      iterators.set(made, { ends: segments.get(this).ends, at: 0 });
      return made;
    } }[Symbol.iterator]);
    return I.service('Segmenter', {
      resolve(locales, given) {
        const negotiated = I.negotiate(locales), options = I.asked(given);
        I.text(options, 'localeMatcher', I.MATCHER, 'best fit', 'Segmenter');
        return { locale: negotiated.locale, granularity: I.text(options, 'granularity', KINDS, 'grapheme', 'Segmenter') };
      },
      methods: { segment({ granularity }, text) {
        const made = Object.create(prototype);
        segments.set(made, { ends: new Ends(KINDS.indexOf(granularity), String(text)) });
        return made;
      } },
      described: ({ locale, granularity }) => ({ locale, granularity }),
    }).Maker;
  };

  // ---- case ----
  const ABOVE = '\u0300\u0301\u0303';
  const LITHUANIAN = { Ì: 'i̇̀', Í: 'i̇́', Ĩ: 'i̇̃' };
  const lower = {
    tr: (text) => text.replace(/I\u0307|İ/g, 'i').replace(/I/g, 'ı').toLowerCase(),
    lt: (text) => text.replace(/[ÌÍĨ]/g, (char) => LITHUANIAN[char]).replace(new RegExp(`[IJĮ](?=[${ABOVE}])`, 'g'), (char) => `${char.toLowerCase()}\u0307`).toLowerCase(),
  };
  // Capitals have no accents; what they kept apart, a dialytika keeps. The word ή alone keeps its own.
  function greek(text) {
    const bare = text.normalize('NFD').replace(/([αεηιουωΑΕΗΙΟΥΩ])[\u0300\u0301\u0342]([ιυΙΥ])(?!\u0308)/g, '$1$2\u0308')
      .replace(/(?<![\p{L}\p{M}])[ηΗ]\u0301(?![\p{L}\p{M}])/gu, '\ue000');
    return bare.replace(/([αεηιουωΑΕΗΙΟΥΩ]\u0308?)[\u0300\u0301\u0342\u0313\u0314]+/g, '$1').replaceAll('\ue000', 'Ή').normalize('NFC').toUpperCase();
  }
  const upper = {
    tr: (text) => text.replace(/i/g, 'İ').toUpperCase(),
    lt: (text) => text.replace(/([ijįIJĮ])\u0307/g, '$1').toUpperCase(),
    el: greek,
  };
  lower.az = lower.tr; upper.az = upper.tr;
  I.cased = (text, locales, kind) => {
    const language = (I.canonicalList(locales)[0] ?? 'en').split('-')[0];
    const table = kind === 'upper' ? upper : lower;
    if (Object.hasOwn(table, language)) return table[language](text);
    return kind === 'upper' ? text.toUpperCase() : text.toLowerCase();
  };
})
