// Makes crates/worker/src/engine/quickjs/natives/intl/tables.bin from the packages of CLDR (pinned
// in package.json beside this file): `cargo xtask intl`, or `node generate.mjs <node_modules> <output>`.
// What is kept, and under which short names, is what prelude/intl_*.js reads.
//
// The output is one line of JSON ({name: [offset, bytes]}) and after it the sections, each packed
// by brotli: `<language>.<group>` holds {base, regions: {tag: what differs from the base}},
// `root.<group>` what belongs to no language. The data is Unicode's (Unicode-3.0).
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const [, , modules, output] = process.argv;

// A language and the regions that differ from it enough to be asked for by name.
const LANGUAGES = {
  en: ['en-001', 'en-AU', 'en-CA', 'en-GB', 'en-IE', 'en-IN', 'en-NZ', 'en-SG', 'en-ZA'], de: ['de-AT', 'de-CH'], fr: ['fr-BE', 'fr-CA', 'fr-CH'],
  es: ['es-419', 'es-AR', 'es-CL', 'es-CO', 'es-MX', 'es-US'], pt: ['pt-PT'], it: ['it-CH'], nl: ['nl-BE'], sv: [], da: [], no: [], fi: [],
  pl: [], cs: [], sk: [], hu: [], ro: [], bg: [], hr: [], el: [], ru: [], uk: [], tr: [], ja: [], ko: [], zh: ['zh-Hant', 'zh-Hant-HK'],
  hi: [], id: [], vi: [], th: [], he: [], ar: ['ar-EG', 'ar-SA'],
};
const NAMES = { no: 'nb' };

const read = (file) => JSON.parse(fs.readFileSync(path.join(modules, file), 'utf8'));
const supplemental = (name) => read(`cldr-core/supplemental/${name}.json`).supplemental;
const main = (kind, tag, file) => read(`cldr-${kind}-full/main/${tag}/${file}.json`).main[tag];
const map = (object, change) => Object.fromEntries(Object.entries(object).map(change).filter((entry) => entry !== undefined));
const pick = (object, keep) => map(object, ([key, value]) => (keep(key) ? [key, value] : undefined));
const withoutAlternatives = (object) => pick(object, (key) => !key.includes('-alt-'));

// {'x-count-one': 'a', 'x-count-other': 'b'} as {one: 'a', other: 'b'}, without what is as `other`.
function counted(object, prefix) {
  const forms = {};
  for (const [key, value] of Object.entries(object)) {
    if (key.startsWith(`${prefix}-count-`) && !key.includes('-alt-')) forms[key.slice(prefix.length + 7)] = value;
  }
  for (const key of Object.keys(forms)) if (key !== 'other' && forms[key] === forms.other) delete forms[key];
  return forms;
}

// ---- numbers ----
function compact(formats, variant) {
  const powers = {};
  for (const [key, value] of Object.entries(formats ?? {})) {
    const [, zeros, category, alternative] = /^1(0+)-count-([a-z0-9]+)(-alt-.*)?$/.exec(key) ?? [];
    if (zeros === undefined || (alternative ?? '') !== variant) continue;
    (powers[zeros.length] ??= {})[category] = value;
  }
  for (const forms of Object.values(powers)) {
    for (const key of Object.keys(forms)) if (key !== 'other' && forms[key] === forms.other) delete forms[key];
  }
  return powers;
}
function numbers(tag) {
  const all = main('numbers', tag, 'numbers').numbers;
  const systems = {};
  for (const [key, symbols] of Object.entries(all)) {
    const [, system] = /^symbols-numberSystem-(\w+)$/.exec(key) ?? [];
    if (system === undefined || !(system === 'latn' || system === all.defaultNumberingSystem || system === all.otherNumberingSystems.native)) continue;
    const of = (name) => all[`${name}-numberSystem-${system}`];
    const currency = of('currencyFormats'), misc = of('miscPatterns');
    systems[system] = {
      symbols: pick(symbols, (name) => !['list', 'superscriptingExponent', 'perMille'].includes(name) && !name.includes('-alt-')),
      decimal: of('decimalFormats').standard, percent: of('percentFormats').standard, scientific: of('scientificFormats').standard,
      currency: currency.standard, currencyAlpha: currency['standard-alphaNextToNumber'],
      accounting: currency.accounting, accountingAlpha: currency['accounting-alphaNextToNumber'],
      spacing: currency.currencySpacing.beforeCurrency.insertBetween, spacingAfter: currency.currencySpacing.afterCurrency.insertBetween,
      currencyUnit: counted(currency, 'unitPattern'), range: misc.range, approximately: misc.approximately,
      short: compact(of('decimalFormats').short.decimalFormat, ''), long: compact(of('decimalFormats').long.decimalFormat, ''),
      shortCurrency: compact(currency.short?.standard, ''), shortCurrencyAlpha: compact(currency.short?.standard, '-alt-alphaNextToNumber'),
    };
  }
  const currencies = map(main('numbers', tag, 'currencies').numbers.currencies, ([code, each]) => {
    const symbol = each.symbol === code ? undefined : each.symbol, narrow = each['symbol-alt-narrow'];
    return symbol === undefined && narrow === undefined ? undefined : [code, narrow === undefined || narrow === symbol ? [symbol] : [symbol ?? 0, narrow]];
  });
  return { system: all.defaultNumberingSystem, native: all.otherNumberingSystems.native, minimumGrouping: Number(all.minimumGroupingDigits), systems, currencies };
}
const currencyNames = (tag) => map(main('numbers', tag, 'currencies').numbers.currencies, ([code, each]) => {
  const forms = counted(each, 'displayName');
  const plain = Object.keys(forms).length === 0 || (Object.keys(forms).length === 1 && forms.other === each.displayName);
  return [code, plain ? each.displayName : [each.displayName, forms]];
});

// ---- dates ----
const list = (object) => Object.values(object);
const widths = (object, change) => {
  const kept = map(object, ([width, names]) => [width, change(names)]);
  return kept;
};
const both = (object, change) => {
  const format = widths(object.format, change), alone = widths(object['stand-alone'], change);
  for (const width of Object.keys(alone)) if (JSON.stringify(alone[width]) === JSON.stringify(format[width])) delete alone[width];
  return { format, alone };
};
const dated = (formats) => ['full', 'long', 'medium', 'short'].map((style) => (typeof formats[style] === 'string' ? formats[style] : formats[style]._value));
// How hours are counted where the locale is spoken.
function cycle(tag) {
  const likely = supplemental('likelySubtags').likelySubtags, hours = supplemental('timeData').timeData;
  const language = tag.split('-')[0], region = /-([A-Z]{2}|\d{3})$/.exec(tag)?.[1] ?? (likely[tag] ?? likely[language]).split('-')[2];
  const { _preferred: preferred } = hours[`${language}-${region}`] ?? hours[`${language}_${region}`] ?? hours[region] ?? hours['001'];
  return { h: 'h12', K: 'h11', k: 'h24' }[preferred] ?? 'h23';
}
function dates(tag) {
  const all = main('dates', tag, 'ca-gregorian').dates.calendars.gregorian;
  const fields = main('dates', tag, 'dateFields').dates.fields;
  const { availableFormats, appendItems, intervalFormats } = all.dateTimeFormats;
  return {
    cycle: cycle(tag), months: both(all.months, list), days: both(all.days, list), quarters: both(all.quarters, list), periods: both(all.dayPeriods, withoutAlternatives),
    eras: [all.eras.eraNames, all.eras.eraAbbr, all.eras.eraNarrow].map((names) => [names[0], names[1]]),
    date: dated(all.dateFormats), time: dated(all.timeFormats), joint: dated(all.dateTimeFormats), at: dated(all['dateTimeFormats-atTime'].standard),
    available: pick(availableFormats, (key) => !/-|[wW]/.test(key)), append: appendItems,
    intervals: map(intervalFormats, ([key, value]) => [key, typeof value === 'string' ? value : withoutAlternatives(value)]),
    names: map(fields, ([key, value]) => (['era', 'year', 'quarter', 'month', 'week', 'day', 'weekday', 'dayperiod', 'hour', 'minute', 'second', 'zone'].includes(key.split('-')[0])
      && value.displayName !== undefined ? [key, value.displayName] : undefined)),
  };
}
const relative = (tag) => map(main('dates', tag, 'dateFields').dates.fields, ([key, value]) => {
  if (!/^(?:year|quarter|month|week|day|hour|minute|second)(?:-short|-narrow)?$/.test(key)) return undefined;
  const fixed = map(value, ([name, text]) => (name.startsWith('relative-type-') ? [name.slice(14), text] : undefined));
  return [key, { fixed, past: counted(value['relativeTime-type-past'], 'relativeTimePattern'), future: counted(value['relativeTime-type-future'], 'relativeTimePattern') }];
});
function zones(tag) {
  const all = main('dates', tag, 'timeZoneNames').dates.timeZoneNames;
  const cities = {}, own = {};
  const walk = (object, name) => {
    if (object._type === 'zone' || typeof object.exemplarCity === 'string' || object.long !== undefined || object.short !== undefined) {
      if (object.exemplarCity !== undefined && object.exemplarCity !== name.split('/').at(-1).replaceAll('_', ' ')) cities[name] = object.exemplarCity;
      const named = pick(object, (key) => key === 'long' || key === 'short');
      if (Object.keys(named).length > 0) own[name] = named;
      return;
    }
    for (const [key, value] of Object.entries(object)) if (typeof value === 'object') walk(value, name === '' ? key : `${name}/${key}`);
  };
  walk(all.zone, '');
  const triples = (named) => map(named, ([width, names]) => [width, [names.generic ?? 0, names.standard ?? 0, names.daylight ?? 0]]);
  return {
    hours: all.hourFormat, gmt: all.gmtFormat, zero: all.gmtZeroFormat, region: all.regionFormat, fallback: all.fallbackFormat,
    cities, own: map(own, ([name, named]) => [name, triples(named)]), meta: map(all.metazone ?? {}, ([name, named]) => [name, triples(pick(named, (key) => key === 'long' || key === 'short'))]),
  };
}

// ---- units, lists, names ----
const UNITS = 'acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabit gigabyte gram hectare hour inch kilobit kilobyte kilogram kilometer liter megabit megabyte meter microsecond mile mile-scandinavian milliliter millimeter millisecond minute month nanosecond ounce percent petabyte pound second stone terabit terabyte week yard year'.split(' ');
const COMPOUND = { 'kilometer-per-hour': 0, 'mile-per-hour': 0, 'mile-per-gallon': 0, 'liter-per-kilometer': 0, 'meter-per-second': 0 };
function units(tag) {
  const all = main('units', tag, 'units').units;
  const of = (width) => {
    const found = {};
    for (const [key, value] of Object.entries(all[width])) {
      const name = key.slice(key.indexOf('-') + 1);
      if (key.indexOf('-') < 0 || !(UNITS.includes(name) || name in COMPOUND)) continue;
      found[name] = { ...counted(value, 'unitPattern'), ...(value.perUnitPattern === undefined ? {} : { per: value.perUnitPattern }) };
    }
    return { per: all[width].per.compoundUnitPattern, units: found };
  };
  return { long: of('long'), short: of('short'), narrow: of('narrow') };
}
const lists = (tag) => map(main('misc', tag, 'listPatterns').listPatterns, ([key, value]) => [key.slice(17), [value.start, value.middle, value.end, value[2]]]);
function names(tag) {
  const of = (file, key) => {
    const all = main('localenames', tag, file).localeDisplayNames[key];
    return map(all, ([name, text]) => (/-alt-(?!short|variant)/.test(name) || (key === 'languages' && /-alt-variant/.test(name)) || text === name ? undefined : [name, text]));
  };
  const pattern = main('localenames', tag, 'localeDisplayNames').localeDisplayNames.localeDisplayPattern;
  return { languages: of('languages', 'languages'), scripts: pick(of('scripts', 'scripts'), (key) => !key.includes('-alt-')), regions: of('territories', 'territories'), variants: of('variants', 'variants'), pattern: [pattern.localePattern, pattern.localeSeparator] };
}

// ---- what belongs to no language ----
const ruled = (tables) => map(tables, ([tag, rules]) => [tag, map(rules, ([key, rule]) => {
  const text = rule.split('@')[0].trim();
  return text === '' ? undefined : [key.slice(17), text];
})]);
function rules() {
  const languages = new Set(Object.keys(LANGUAGES).map((tag) => NAMES[tag] ?? tag).concat('pt-PT'));
  const mine = (object) => pick(object, (key) => languages.has(key));
  return {
    cardinal: ruled(mine(supplemental('plurals')['plurals-type-cardinal'])), ordinal: ruled(mine(supplemental('ordinals')['plurals-type-ordinal'])),
    ranges: map(mine(supplemental('pluralRanges').plurals), ([tag, ranges]) => [tag, map(ranges, ([key, value]) => {
      const [, start, end] = /start-(\w+)-end-(\w+)/.exec(key);
      return value === end ? undefined : [`${start} ${end}`, value];
    })]),
    periods: map(mine(supplemental('dayPeriods').dayPeriodRuleSet), ([tag, periods]) => [tag, Object.entries(periods).map(([name, rule]) => (
      rule._at === undefined ? [name, Number(rule._from.split(':')[0]), Number(rule._before.split(':')[0])] : [name, Number(rule._at.split(':')[0])]))]),
  };
}
function locales() {
  const likely = supplemental('likelySubtags').likelySubtags;
  const { languageAlias, scriptAlias, territoryAlias, variantAlias } = supplemental('aliases').metadata.alias;
  const replaced = (object) => map(object, ([key, value]) => [key, value._replacement]);
  const hours = map(supplemental('timeData').timeData, ([key, value]) => [key, value._preferred === 'h' ? 'h12' : value._preferred === 'K' ? 'h11' : 'h23']);
  const week = supplemental('weekData').weekData;
  const aliases = {};
  const types = (file, key) => {
    for (const [name, entry] of Object.entries(read(`cldr-bcp47/bcp47/${file}.json`).keyword.u[key])) {
      if (typeof entry !== 'object') continue;
      if (entry._preferred !== undefined) (aliases[key] ??= {})[name] = entry._preferred;
      else if (key !== 'tz' && entry._alias !== undefined) for (const each of entry._alias.split(' ')) if (each !== name) (aliases[key] ??= {})[each.toLowerCase()] = name;
    }
  };
  types('calendar', 'ca'); types('collation', 'co'); types('timezone', 'tz'); types('measure', 'ms');
  return {
    likely: Object.entries(likely).map(([from, to]) => `${from.replace(/^und-?/, '-')} ${to}`).join('|'), languages: replaced(languageAlias), scripts: replaced(scriptAlias), regions: replaced(territoryAlias), variants: replaced(variantAlias), types: aliases,
    hours, days: pick(week.firstDay, (key) => !key.includes('-alt-')), weekends: [week.weekendStart, week.weekendEnd], minimal: week.minDays,
  };
}
function money() {
  const digits = map(supplemental('currencyData').currencyData.fractions, ([code, each]) => (each._digits === '2' || code === 'DEFAULT' ? undefined : [code, Number(each._digits)]));
  const systems = map(supplemental('numberingSystems').numberingSystems, ([name, each]) => (each._type === 'numeric' ? [name, each._digits] : undefined));
  const arab = main('numbers', 'ar', 'numbers').numbers['symbols-numberSystem-arab'], extended = main('numbers', 'fa', 'numbers').numbers['symbols-numberSystem-arabext'];
  return { digits, systems, symbols: { arab, arabext: extended } };
}
function time() {
  const zonesOf = {}, metas = {};
  const walk = (object, name) => {
    if (Array.isArray(object)) {
      zonesOf[name] = object.map(({ usesMetazone: use }) => [use._mzone, use._from ?? 0, use._to ?? 0]).map((each) => (each[2] !== 0 ? each : each[1] !== 0 ? each.slice(0, 2) : each[0]));
      return;
    }
    for (const [key, value] of Object.entries(object)) walk(value, name === '' ? key : `${name}/${key}`);
  };
  walk(supplemental('metaZones').metaZones.metazoneInfo.timezone, '');
  for (const { mapZone: each } of supplemental('metaZones').metaZones.metazones) (metas[each._other] ??= {})[each._territory] = each._type;
  const aliases = {}, regions = {};
  for (const [name, zone] of Object.entries(read('cldr-bcp47/bcp47/timezone.json').keyword.u.tz)) {
    if (typeof zone !== 'object' || zone._alias === undefined) continue;
    const [canonical, ...others] = zone._alias.split(' ');
    for (const each of others) aliases[each] = canonical;
    regions[canonical] = zone._region ?? name.slice(0, 2).toUpperCase();
  }
  return { zones: zonesOf, metas, aliases, regions, primary: supplemental('primaryZones').primaryZones };
}

// Every tag that can be resolved, with the tag of its data, and the parents that are not a prefix.
function tags() {
  const likely = supplemental('likelySubtags').likelySubtags;
  const data = {};
  for (const [language, regions] of Object.entries(LANGUAGES)) {
    const own = NAMES[language] ?? language;
    const [, script, region] = likely[language].split('-');
    for (const tag of own === 'nb' ? [own] : [own, `${own}-${region}`]) data[tag] = own;
    if (own === 'zh') for (const tag of ['zh-Hans', 'zh-Hans-CN', 'zh-SG', 'zh-Hans-SG']) data[tag] = own;
    for (const tag of regions) data[tag] = tag;
    void script;
  }
  Object.assign(data, { no: 'nb', 'en-001': 'en-001', 'zh-TW': 'zh-Hant', 'zh-Hant-TW': 'zh-Hant', 'zh-HK': 'zh-Hant-HK', 'zh-MO': 'zh-Hant-HK', 'zh-Hant-MO': 'zh-Hant-HK' });
  const { parentLocale } = supplemental('parentLocales').parentLocales;
  const parents = pick(parentLocale, (tag) => tag.split('-')[0] in LANGUAGES && !(tag in data) && parentLocale[tag] in data);
  return { data, parents };
}

// ---- packing ----
// What `regional` has other than `base`; null stands for what it has not.
function difference(base, regional) {
  if (JSON.stringify(base) === JSON.stringify(regional)) return undefined;
  const plain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!plain(base) || !plain(regional)) return regional;
  const found = {};
  for (const key of new Set([...Object.keys(base), ...Object.keys(regional)])) {
    if (!(key in regional)) found[key] = null;
    else if (!(key in base)) found[key] = regional[key];
    else {
      const each = difference(base[key], regional[key]);
      if (each !== undefined) found[key] = each;
    }
  }
  return found;
}
const GROUPS = { numbers, currencies: currencyNames, dates, relative, zones, units, lists, names };
const sections = { 'root.tags': tags(), 'root.rules': rules(), 'root.locales': locales(), 'root.money': money(), 'root.time': time() };
for (const [language, regions] of Object.entries(LANGUAGES)) {
  for (const [group, make] of Object.entries(GROUPS)) {
    const base = make(language);
    sections[`${NAMES[language] ?? language}.${group}`] = { base, regions: Object.fromEntries(regions.map((tag) => [tag, difference(base, make(tag)) ?? {}])) };
  }
}
// Of which generator and which packages the tables are: a test of the worker compares it.
let made = 0x811c9dc5;
for (const file of [import.meta.filename, path.join(import.meta.dirname, 'package.json')]) {
  for (const byte of fs.readFileSync(file)) made = Math.imul(made ^ byte, 0x01000193) >>> 0;
}
const index = { made: [made, 0] }, packed = [];
let offset = 0;
const sizes = {};
for (const [name, value] of Object.entries(sections)) {
  const text = Buffer.from(JSON.stringify(value));
  const bytes = zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 20, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
  index[name] = [offset, bytes.length];
  packed.push(bytes);
  offset += bytes.length;
  const kind = name.startsWith('root.') ? name : name.split('.')[1];
  sizes[kind] = (sizes[kind] ?? [0, 0]).map((sum, at) => sum + [text.length, bytes.length][at]);
}
const head = Buffer.from(`${JSON.stringify(index)}\n`);
fs.writeFileSync(output, Buffer.concat([head, ...packed]));
if (process.env.SIZES) console.table(sizes);
