// Language tags: whether they are well formed, their canonical form, and which of them there is data
// for. Intl.Locale as well.
(function (native, internal) {
  'use strict';
  const I = internal.intl;
  const DEFAULT = 'en-US';
  // As V8 says it: the same variant twice or a bad extension is an invalid tag, anything else no locale.
  function bad(text = '') {
    const parts = text.toLowerCase().split('-'), variants = parts.filter((part) => /^(?:[a-z0-9]{5,8}|\d[a-z0-9]{3})$/.test(part));
    const invalid = /^[a-z]{2,3}(?:-[a-z0-9]+)+$/.test(parts.join('-')) && (new Set(variants).size < variants.length || parts.some((part) => part.length === 1));
    return new RangeError(invalid ? `Invalid language tag: ${parts.join('-')}` : 'Incorrect locale information provided');
  }
  const known = () => I.section('root.locales');

  // ---- reading ----
  // A tag in its parts, all in lower case; undefined when it is no tag.
  function parse(tag) {
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/i.test(tag)) return undefined;
    const parts = tag.toLowerCase().split('-');
    if (parts.some((part) => part.length > 8)) return undefined;
    const found = { language: '', script: '', region: '', variants: [], extensions: [], attributes: undefined, keywords: undefined, private: '' };
    let at = core(parts, 0, found);
    if (at < 0) return undefined;
    const seen = new Set();
    while (at < parts.length) {
      const singleton = parts[at];
      if (singleton.length !== 1 || seen.has(singleton)) return undefined;
      seen.add(singleton);
      let end = at + 1;
      if (singleton === 'x') end = parts.length;
      else while (end < parts.length && parts[end].length > 1) end++;
      if (end === at + 1) return undefined;
      const body = parts.slice(at + 1, end);
      if (singleton === 'x') found.private = body.join('-');
      else if (singleton === 'u') { if (!unicode(body, found)) return undefined; }
      else if (singleton === 't') {
        const text = transformed(body);
        if (text === undefined) return undefined;
        found.extensions.push(text);
      } else found.extensions.push(`${singleton}-${body.join('-')}`);
      at = end;
    }
    return found;
  }
  // Language, script, region and variants from `at` on; where they end, or -1.
  function core(parts, at, found) {
    if (!/^(?:[a-z]{2,3}|[a-z]{5,8})$/.test(parts[at] ?? '')) return -1;
    found.language = parts[at++];
    if (/^[a-z]{4}$/.test(parts[at] ?? '')) found.script = parts[at++];
    if (/^(?:[a-z]{2}|\d{3})$/.test(parts[at] ?? '')) found.region = parts[at++];
    while (/^(?:[a-z0-9]{5,8}|\d[a-z0-9]{3})$/.test(parts[at] ?? '')) {
      if (found.variants.includes(parts[at])) return -1;
      found.variants.push(parts[at++]);
    }
    return at;
  }
  function unicode(body, found) {
    found.attributes = []; found.keywords = new Map();
    let at = 0;
    while (at < body.length && body[at].length > 2) found.attributes.push(body[at++]);
    while (at < body.length) {
      const key = body[at++];
      if (key.length !== 2 || !/[a-z]$/.test(key)) return false;
      const from = at;
      while (at < body.length && body[at].length > 2) at++;
      if (!found.keywords.has(key)) found.keywords.set(key, body.slice(from, at).join('-'));
    }
    return true;
  }
  // The canonical form of a transform extension.
  function transformed(body) {
    let at = 0, source = '';
    if (!/^[a-z]\d$/.test(body[0])) {
      const found = { language: '', script: '', region: '', variants: [] };
      at = core(body, 0, found);
      if (at < 0) return undefined;
      replaceAliases(found);
      source = [found.language, found.script, found.region, ...found.variants.sort()].filter((part) => part !== '').join('-').toLowerCase();
    }
    const fields = [];
    while (at < body.length) {
      const key = body[at++];
      if (!/^[a-z]\d$/.test(key)) return undefined;
      const from = at;
      while (at < body.length && body[at].length > 2) at++;
      if (at === from) return undefined;
      fields.push(`${key}-${body.slice(from, at).join('-')}`);
    }
    if (source === '' && fields.length === 0) return undefined;
    return ['t', source, ...fields.sort()].filter((part) => part !== '').join('-');
  }

  // ---- canonical form ----
  const title = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  function replaceAliases(found) {
    const { languages, scripts, regions, variants } = known();
    for (let turn = 0; turn < 8; turn++) {
      const region = found.region.toUpperCase();
      const tries = [
        ...found.variants.map((variant) => [`${found.language}-${variant}`, variant, false]),
        ...(region === '' ? [] : [[`${found.language}-${region}`, undefined, true]]),
        [found.language, undefined, false],
        ...found.variants.map((variant) => [`und-${variant}`, variant, false]),
      ];
      const [key, variant, whole] = tries.find(([each]) => Object.hasOwn(languages, each)) ?? [];
      if (key === undefined) break;
      const target = { language: '', script: '', region: '', variants: [] };
      core(languages[key].toLowerCase().split('-'), 0, target);
      if (target.language !== 'und') found.language = target.language;
      if (variant !== undefined) found.variants = found.variants.filter((each) => each !== variant);
      if (whole) found.region = '';
      found.script ||= target.script; found.region ||= target.region;
      for (const each of target.variants) if (!found.variants.includes(each)) found.variants.push(each);
    }
    const script = scripts[title(found.script)];
    if (script !== undefined) found.script = script.toLowerCase();
    const region = regions[found.region.toUpperCase()];
    if (region !== undefined) {
      const choices = region.split(' ');
      const likely = choices.length === 1 ? undefined : maximized({ language: found.language, script: found.script, region: '' })?.region;
      found.region = (choices.includes(likely) ? likely : choices[0]).toLowerCase();
    }
    found.variants = found.variants.map((each) => {
      const to = variants[each];
      return to === undefined ? each : to.toLowerCase();
    });
  }
  function canonicalType(key, value) {
    if (value === 'true' || (value === 'yes' && ['kb', 'kc', 'kh', 'kk', 'kn'].includes(key))) return '';
    const types = known().types[key];
    const to = types === undefined || !Object.hasOwn(types, value) ? value : types[value];
    if ((key === 'rg' || key === 'sd') && value.length === 6 && value.endsWith('zzzz')) return value;
    return to;
  }
  const base = (found) => [found.language, title(found.script), found.region.toUpperCase(), ...found.variants].filter((part) => part !== '').join('-');
  function written(found) {
    const extensions = [...found.extensions];
    if (found.keywords !== undefined) {
      const words = [...found.keywords].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, value]) => (value === '' ? [key] : [key, value]));
      const all = [...new Set(found.attributes)].sort().concat(words);
      if (all.length > 0) extensions.push(['u', ...all].join('-'));
    }
    extensions.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    return [base(found), ...extensions, ...(found.private === '' ? [] : [`x-${found.private}`])].join('-');
  }
  // Parts in canonical form, or a RangeError.
  function canonical(tag) {
    const found = parse(tag);
    if (found === undefined) throw bad(tag);
    replaceAliases(found);
    found.variants.sort();
    if (found.keywords !== undefined) for (const [key, value] of found.keywords) found.keywords.set(key, canonicalType(key, value));
    return found;
  }
  const simple = /^[a-z]{2}(?:-(?:[A-Z]{2}))?$/;
  const locales = new WeakMap();
  function canonicalTag(value) {
    if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) throw new TypeError('Language ID should be string or object.');
    const state = typeof value === 'object' ? locales.get(value) : undefined;
    if (state !== undefined) return state.tag;
    const tag = String(value);
    if (simple.test(tag) && Object.hasOwn(I.tags().data, tag)) return tag;
    return written(canonical(tag));
  }
  I.canonicalList = (wanted) => {
    if (wanted === undefined) return [];
    if (wanted === null) throw new TypeError('Cannot convert undefined or null to object');
    if (typeof wanted === 'string' || locales.has(wanted)) return [canonicalTag(wanted)];
    const list = Object(wanted), found = [];
    const length = Math.min(Math.max(Math.trunc(Number(list.length)) || 0, 0), 2 ** 32);
    for (let at = 0; at < length; at++) {
      if (!(at in list)) continue;
      const tag = canonicalTag(list[at]);
      if (!found.includes(tag)) found.push(tag);
    }
    return found;
  };

  // ---- what there is ----
  const withoutExtensions = (tag) => tag.replace(/-(?:[0-9a-wy-z]|x)-.*$/, '');
  // The nearest tag that there is data for, or undefined: es-PE is es-419, de-XX is de.
  function available(tag) {
    const { data, parents } = I.tags();
    for (let at = withoutExtensions(tag); at !== '';) {
      if (Object.hasOwn(data, at)) return at;
      const parent = parents[at];
      const cut = at.lastIndexOf('-');
      at = parent ?? (cut < 0 ? '' : at.slice(0, cut));
    }
    return undefined;
  }
  I.supportedLocales = (wanted, options) => {
    const list = I.canonicalList(wanted);
    if (options !== undefined) I.text(I.coerced(options), 'localeMatcher', I.MATCHER, 'best fit', 'Locale');
    return list.filter((tag) => available(tag) !== undefined);
  };
  // The locale for a request: its tag, the tag its data has, and what its -u- extension says.
  I.negotiate = (wanted) => {
    for (const tag of I.canonicalList(wanted)) {
      const found = available(tag);
      if (found === undefined) continue;
      return { locale: found, keywords: tag.includes('-u-') ? parse(tag).keywords : new Map() };
    }
    return { locale: DEFAULT, keywords: new Map() };
  };
  // The tag that `resolvedOptions` gives: with the extensions that counted.
  I.withKeywords = (locale, used) => {
    const words = Object.entries(used).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => (value === 'true' || value === '' ? key : `${key}-${value}`));
    return words.length === 0 ? locale : `${locale}-u-${words.join('-')}`;
  };
  I.numberingSystem = (negotiated, given, service) => {
    if (given !== undefined && !/^[a-z0-9]{3,8}(?:-[a-z0-9]{3,8})*$/i.test(given)) throw new RangeError(`Invalid numberingSystem : ${given}`);
    const { systems } = I.section('root.money');
    const { system, native: own } = I.data(negotiated.locale, 'numbers');
    const named = (name) => (name === 'native' ? own : name === 'default' ? system : name);
    const asked = negotiated.keywords.get('nu');
    const fromTag = asked !== undefined && Object.hasOwn(systems, named(asked)) ? named(asked) : undefined;
    const fromOption = given !== undefined && Object.hasOwn(systems, given.toLowerCase()) ? given.toLowerCase() : undefined;
    void service;
    return { system: fromOption ?? fromTag ?? system, keyword: fromTag !== undefined && (fromOption === undefined || fromOption === fromTag) ? fromTag : undefined };
  };

  // ---- likely subtags ----
  let likely;
  function likelyOf(key) {
    likely ??= new Map(known().likely.split('|').map((each) => { const [from, to] = each.split(' '); return [from.startsWith('-') ? `und${from === '-' ? '' : from}` : from, to]; }));
    return likely.get(key);
  }
  function maximized({ language, script, region }) {
    const own = language === '' ? 'und' : language, letters = title(script), place = region.toUpperCase();
    if (own !== 'und' && letters !== '' && place !== '') return { language: own, script: letters, region: place };
    const tries = [[own, letters, place], [own, '', place], [own, letters, ''], [own, '', ''], ['und', letters, '']];
    for (const each of tries) {
      const found = likelyOf(each.filter((part) => part !== '').join('-'));
      if (found === undefined) continue;
      const [first, second, third] = found.split('-');
      return { language: own === 'und' ? first : own, script: letters || second, region: place || third };
    }
    return undefined;
  }
  const joined = ({ language, script, region }) => [language, script, region].filter((part) => part !== '').join('-');
  function minimized(parts) {
    const full = maximized(parts);
    if (full === undefined) return undefined;
    for (const each of [{ ...full, script: '', region: '' }, { ...full, script: '' }, { ...full, region: '' }]) {
      const again = maximized(each);
      if (again !== undefined && joined(again) === joined(full)) return each;
    }
    return full;
  }
  I.maximized = (tag) => maximized(parse(tag));
  I.likelyRegion = (tag) => { const parts = parse(tag); return parts.region === '' ? maximized(parts)?.region ?? '001' : parts.region.toUpperCase(); };

  I.makers.Locale = () => {
    const OPTIONS = { calendar: 'ca', collation: 'co', firstDayOfWeek: 'fw', hourCycle: 'hc', caseFirst: 'kf', numeric: 'kn', numberingSystem: 'nu' };
    const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    const keywordText = (options, name) => {
      if (name === 'hourCycle') return I.text(options, name, ['h11', 'h12', 'h23', 'h24'], undefined, 'Locale');
      if (name === 'caseFirst') return I.text(options, name, ['upper', 'lower', 'false'], undefined, 'Locale');
      if (name === 'numeric') { const flag = I.flag(options, name); return flag === undefined ? undefined : String(flag); }
      const value = I.text(options, name, undefined, undefined, 'Locale');
      if (value === undefined) return undefined;
      if (name === 'firstDayOfWeek' && /^[0-7]$/.test(value)) return WEEKDAYS[(Number(value) + 6) % 7];
      if (!/^[a-z0-9]{3,8}(?:-[a-z0-9]{3,8})*$/i.test(value)) throw bad();
      return value.toLowerCase();
    };
    const part = (options, name, form) => {
      const value = I.text(options, name, undefined, undefined, 'Locale');
      if (value !== undefined && !form.test(value)) throw bad();
      return value?.toLowerCase();
    };
    function resolve(tag, given) {
      if (typeof tag !== 'string' && (typeof tag !== 'object' || tag === null)) throw new TypeError('First argument to Intl.Locale constructor can\'t be empty or missing');
      if (tag === '') throw new RangeError('First argument to Intl.Locale constructor can\'t be empty or missing');
      const options = I.coerced(given, 'Locale');
      const found = canonical(locales.get(tag)?.tag ?? String(tag));
      found.language = part(options, 'language', /^(?:[a-z]{2,3}|[a-z]{5,8})$/i) ?? found.language;
      found.script = part(options, 'script', /^[a-z]{4}$/i) ?? found.script;
      found.region = part(options, 'region', /^(?:[a-z]{2}|\d{3})$/i) ?? found.region;
      for (const [name, key] of Object.entries(OPTIONS)) {
        const value = keywordText(options, name);
        if (value === undefined) continue;
        if (found.keywords === undefined) { found.keywords = new Map(); found.attributes = []; }
        found.keywords.set(key, value);
      }
      const full = canonical(written(found));
      return { found: full, tag: written(full) };
    }
    const { Maker, state } = I.service('Locale', { length: 1, supported: false, resolve(tag, options) { return resolve(tag, options); } });
    const Locale = function Locale(tag, options) {
      if (new.target === undefined) throw new TypeError("Constructor Intl.Locale requires 'new'");
      const made = Reflect.construct(Maker, [tag, options], new.target);
      locales.set(made, state(made, 'constructor'));
      return made;
    };
    Object.defineProperty(Locale, 'length', { value: 1, configurable: true });
    Object.defineProperty(Locale, 'prototype', { value: Maker.prototype, writable: false });
    I.hidden(Locale.prototype, 'constructor', Locale);
    const getter = (name, read) => {
      const holder = { get [name]() { return read(state(this, name)); } };
      Object.defineProperty(Locale.prototype, name, { get: Object.getOwnPropertyDescriptor(holder, name).get, configurable: true });
    };
    const changed = (own, parts) => {
      if (parts === undefined) return new Locale(own.tag);
      return new Locale(written({ ...own.found, language: parts.language, script: parts.script.toLowerCase(), region: parts.region.toLowerCase() }));
    };
    const method = (name, run) => I.hidden(Locale.prototype, name, { [name]() { return run(state(this, name)); } }[name]);
    method('toString', ({ tag }) => tag);
    method('maximize', (own) => changed(own, maximized(own.found)));
    method('minimize', (own) => changed(own, minimized(own.found)));
    getter('baseName', ({ found }) => base(found));
    getter('language', ({ found }) => (found.language === 'und' ? undefined : found.language));
    getter('script', ({ found }) => (found.script === '' ? undefined : title(found.script)));
    getter('region', ({ found }) => (found.region === '' ? undefined : found.region.toUpperCase()));
    getter('numeric', ({ found }) => ['', 'true'].includes(found.keywords?.get('kn')));
    for (const [name, key] of Object.entries(OPTIONS)) {
      if (name !== 'numeric' && name !== 'firstDayOfWeek') getter(name, ({ found }) => found.keywords?.get(key) ?? undefined);
    }
    const regionOf = ({ found }) => (found.region === '' ? maximized(found)?.region ?? '001' : found.region.toUpperCase());
    const both = (name, read) => { getter(name, read); method(`get${name.charAt(0).toUpperCase()}${name.slice(1)}`, read); };
    both('weekInfo', (own) => {
      const { days, weekends, minimal } = known(), region = regionOf(own);
      const number = (table) => ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].indexOf(table[region] ?? table['001']) + 1;
      const [from, to] = weekends.map(number), weekend = [];
      for (let day = from; ; day = day % 7 + 1) { weekend.push(day); if (day === to) break; }
      const asked = WEEKDAYS.indexOf(own.found.keywords?.get('fw')) + 1;
      return { firstDay: asked || number(days), weekend, minimalDays: Number(minimal[region] ?? minimal['001']) };
    });
    both('hourCycles', (own) => {
      const asked = own.found.keywords?.get('hc');
      const { hours } = known(), region = regionOf(own);
      return [asked ?? hours[`${own.found.language}-${region}`] ?? hours[region] ?? hours['001']];
    });
    both('textInfo', (own) => ({ direction: /^(?:Arab|Hebr|Thaa|Syrc|Nkoo|Adlm|Rohg|Mand|Samr)$/.test(maximized(own.found)?.script ?? '') ? 'rtl' : 'ltr' }));
    both('numberingSystems', (own) => {
      const asked = own.found.keywords?.get('nu');
      return [asked ?? I.data(available(own.tag) ?? DEFAULT, 'numbers').system];
    });
    both('calendars', (own) => [own.found.keywords?.get('ca') ?? 'gregory']);
    return Locale;
  };
})
