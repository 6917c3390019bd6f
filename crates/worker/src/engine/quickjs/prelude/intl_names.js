// Intl.RelativeTimeFormat, Intl.ListFormat and Intl.DisplayNames.
(function (native, internal) {
  'use strict';
  const I = internal.intl;
  const STYLES = ['long', 'short', 'narrow'];

  // ---- how long ago ----
  const UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
  I.makers.RelativeTimeFormat = () => {
    function parts(state, given, named, method) {
      const value = Number(given), text = String(named), unit = text.endsWith('s') ? text.slice(0, -1) : text;
      if (!UNITS.includes(unit)) throw new RangeError(`Invalid unit argument for Intl.RelativeTimeFormat.prototype.${method}() '${text}'`);
      if (!Number.isFinite(value)) throw new RangeError(`Value need to be finite number for Intl.RelativeTimeFormat.prototype.${method}()`);
      const words = I.data(state.locale, 'relative')[state.style === 'long' ? unit : `${unit}-${state.style}`];
      const past = value < 0 || Object.is(value, -0);
      const fixed = state.numeric === 'auto' ? words.fixed[String(value)] : undefined;
      if (fixed !== undefined) return [{ type: 'literal', value: fixed }];
      const forms = past ? words.past : words.future, size = I.decimal(Math.abs(value));
      const category = I.plural(state.locale, I.round(size, state.number.settings));
      const pattern = forms[category] ?? forms.other, at = pattern.indexOf('{0}');
      if (at < 0) return [{ type: 'literal', value: pattern }];
      const literal = (value) => (value === '' ? [] : [{ type: 'literal', value }]);
      return [...literal(pattern.slice(0, at)), ...I.numberParts(state.number, Math.abs(value)).map((part) => ({ ...part, unit })), ...literal(pattern.slice(at + 3))];
    }
    return I.service('RelativeTimeFormat', {
      resolve(locales, given) {
        const negotiated = I.negotiate(locales), options = I.coerced(given, 'RelativeTimeFormat');
        const read = (name, values, fallback) => I.text(options, name, values, fallback, 'RelativeTimeFormat');
        read('localeMatcher', I.MATCHER, 'best fit');
        const { system, keyword } = I.numberingSystem(negotiated, read('numberingSystem'), 'RelativeTimeFormat');
        const style = read('style', STYLES, 'long'), numeric = read('numeric', ['always', 'auto'], 'always');
        return { locale: negotiated.locale, tag: I.withKeywords(negotiated.locale, { nu: keyword }), style, numeric, system, number: I.resolveNumber(negotiated.locale, { numberingSystem: system }) };
      },
      methods: {
        format: (state, value, unit) => I.joinParts(parts(state, value, unit, 'format')),
        formatToParts: (state, value, unit) => parts(state, value, unit, 'formatToParts'),
      },
      described: ({ tag, style, numeric, system }) => ({ locale: tag, style, numeric, numberingSystem: system }),
    }).Maker;
  };

  // ---- lists ----
  // What a language says otherwise before some words: Spanish `e`, `u`; Hebrew with a hyphen.
  function joint(locale, pattern, type, next) {
    if (locale.startsWith('es') && type !== 'disjunction' && pattern.includes(' y ') && /^(?:i|hi(?![ae]))/i.test(next)) return pattern.replace(' y ', ' e ');
    if (locale.startsWith('es') && type === 'disjunction' && pattern.includes(' o ') && /^(?:o|ho|8|11(?!\d))/i.test(next)) return pattern.replace(' o ', ' u ');
    if (locale.startsWith('he') && pattern.includes('ו{1}') && !/^\p{Script=Hebrew}/u.test(next)) return pattern.replace('ו{1}', 'ו-{1}');
    return pattern;
  }
  I.makers.ListFormat = () => {
    function strings(iterable) {
      const found = [];
      if (iterable === undefined) return found;
      if (iterable === null || iterable[Symbol.iterator] === undefined) throw new TypeError(`${typeof iterable} ${String(iterable)} is not iterable (cannot read property Symbol(Symbol.iterator))`);
      for (const each of iterable) {
        if (typeof each !== 'string') throw new TypeError(`Iterable yielded ${String(each)} which is not a string`);
        found.push(each);
      }
      return found;
    }
    const around = (pattern, left, right) => {
      const all = [];
      for (const piece of pattern.split(/(\{[01]\})/)) {
        if (piece === '{0}') all.push(...left);
        else if (piece === '{1}') all.push(...right);
        else if (piece !== '') all.push({ type: 'literal', value: piece });
      }
      return all;
    };
    function parts({ locale, type, style }, iterable) {
      const list = strings(iterable), element = (value) => [{ type: 'element', value }];
      const base = { conjunction: 'standard', disjunction: 'or', unit: 'unit' }[type];
      const [start, middle, end, two] = I.data(locale, 'lists')[style === 'long' ? base : `${base}-${style}`];
      if (list.length < 2) return list.flatMap(element);
      const last = list.at(-1);
      if (list.length === 2) return around(joint(locale, two, type, last), element(list[0]), element(last));
      let all = around(start, element(list[0]), element(list[1]));
      for (let at = 2; at < list.length - 1; at++) all = around(middle, all, element(list[at]));
      return around(joint(locale, end, type, last), all, element(last));
    }
    return I.service('ListFormat', {
      resolve(locales, given) {
        const negotiated = I.negotiate(locales), options = I.asked(given);
        const read = (name, values, fallback) => I.text(options, name, values, fallback, 'ListFormat');
        read('localeMatcher', I.MATCHER, 'best fit');
        const type = read('type', ['conjunction', 'disjunction', 'unit'], 'conjunction');
        return { locale: negotiated.locale, type, style: read('style', STYLES, 'long') };
      },
      methods: { format: (state, list) => I.joinParts(parts(state, list)), formatToParts: (state, list) => parts(state, list) },
      described: ({ locale, type, style }) => ({ locale, type, style }),
    }).Maker;
  };

  // ---- names ----
  const FIELDS = { era: 'era', year: 'year', quarter: 'quarter', month: 'month', weekOfYear: 'week', weekday: 'weekday', day: 'day', dayPeriod: 'dayperiod', hour: 'hour', minute: 'minute', second: 'second', timeZoneName: 'zone' };
  I.makers.DisplayNames = () => {
    const invalid = () => new RangeError('invalid_argument');
    const styled = (table, key, style) => (style === 'long' ? undefined : table[`${key}-alt-short`]) ?? table[key];
    function languageName({ locale, style, languageDisplay, fallback }, tag) {
      const { languages, scripts, regions, variants, pattern } = I.data(locale, 'names');
      const [language, ...rest] = tag.split('-');
      const place = rest.filter((each) => /^(?:[A-Z][a-z]{3}|[A-Z]{2}|\d{3})$/.test(each));
      let left = rest, name;
      if (languageDisplay === 'dialect' && place.length > 0) {
        name = styled(languages, [language, ...place].join('-'), style);
        if (name !== undefined) left = rest.slice(place.length);
      }
      name ??= styled(languages, language, style);
      if (name === undefined && fallback === 'none') return undefined;
      name ??= language;
      const more = left.map((each) => (/^[A-Z][a-z]{3}$/.test(each) ? scripts[each] : /^(?:[A-Z]{2}|\d{3})$/.test(each) ? styled(regions, each, style) : variants[each.toUpperCase()] ?? each.toUpperCase()) ?? each);
      if (more.length === 0) return name;
      const nested = (text) => text.replaceAll('(', '[').replaceAll(')', ']');
      return I.fill(pattern[0], name, more.map(nested).reduce((all, each) => I.fill(pattern[1], all, each)));
    }
    const kinds = {
      language(state, code) {
        if (!/^(?:[a-z]{2,3}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*$/i.test(code)) throw invalid();
        const [tag] = I.canonicalList(code);
        return [languageName(state, tag), tag];
      },
      region(state, code) {
        if (!/^(?:[a-z]{2}|\d{3})$/i.test(code)) throw invalid();
        const key = code.toUpperCase();
        return [styled(I.data(state.locale, 'names').regions, key, state.style), key];
      },
      script(state, code) {
        if (!/^[a-z]{4}$/i.test(code)) throw invalid();
        const key = code.charAt(0).toUpperCase() + code.slice(1).toLowerCase();
        return [I.data(state.locale, 'names').scripts[key], key];
      },
      currency(state, code) {
        if (!/^[a-z]{3}$/i.test(code)) throw invalid();
        // Node gives the name whatever the style is.
        const key = code.toUpperCase(), entry = I.data(state.locale, 'currencies')[key];
        return [typeof entry === 'string' ? entry : entry?.[0], key];
      },
      dateTimeField(state, code) {
        if (!Object.hasOwn(FIELDS, code)) throw invalid();
        const { names } = I.data(state.locale, 'dates'), key = FIELDS[code];
        return [(state.style === 'long' ? undefined : names[`${key}-${state.style}`]) ?? names[key], code];
      },
      calendar() { throw new RangeError("names of calendars are not supported by Intl.DisplayNames here: only those of languages, regions, scripts, currencies and dateTimeFields are"); },
    };
    return I.service('DisplayNames', {
      length: 2,
      resolve(locales, given) {
        if (given === undefined) throw new TypeError('invalid_argument');
        const negotiated = I.negotiate(locales), options = I.asked(given);
        const read = (name, values, fallback) => I.text(options, name, values, fallback, 'DisplayNames');
        read('localeMatcher', I.MATCHER, 'best fit');
        const style = read('style', STYLES, 'long'), type = read('type', Object.keys(kinds), undefined);
        if (type === undefined) throw new TypeError('invalid_argument');
        return { locale: negotiated.locale, style, type, fallback: read('fallback', ['code', 'none'], 'code'), languageDisplay: read('languageDisplay', ['dialect', 'standard'], 'dialect') };
      },
      methods: { of(state, code) {
        const [name, key] = kinds[state.type](state, String(code));
        return name ?? (state.fallback === 'code' ? key : undefined);
      } },
      described: ({ locale, style, type, fallback, languageDisplay }) => ({ locale, style, type, fallback, ...(type === 'language' ? { languageDisplay } : {}) }),
    }).Maker;
  };
})
