// Time zones: their names, and how a language speaks of them at a time.
(function (native, internal) {
  'use strict';
  const I = internal.intl;
  const table = () => I.section('root.time');

  I.timeZones = () => {
    const { aliases } = table(), all = new Set();
    for (const name of native.zoneNames()) {
      if (/^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\//.test(name)) all.add(aliases[name] ?? name);
    }
    all.add('UTC');
    return [...all].sort();
  };
  // The canonical name of a zone, or its offset; a RangeError for anything else.
  I.timeZone = (given) => {
    const text = String(given);
    const [, sign, hours, minutes = '00'] = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/.exec(text) ?? [];
    if (sign !== undefined) return hours === '00' && minutes === '00' ? '+00:00' : `${sign}${hours}:${minutes}`;
    const name = /^[a-z][a-z0-9_+/-]*$/i.test(text) ? native.zoneName(text) : undefined;
    if (typeof name !== 'string') throw new RangeError(`Invalid time zone specified: ${text}`);
    const canonical = table().aliases[name] ?? name;
    return /^(?:Etc\/)?(?:UTC|GMT|UCT|Zulu|Universal|Greenwich|GMT[+-]?0)$/.test(canonical) ? 'UTC' : canonical;
  };
  const fixed = (zone) => {
    const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
    return sign === undefined ? undefined : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60;
  };
  // Seconds ahead of UTC, and whether it is summer time.
  function at(zone, seconds) {
    if (zone === 'UTC') return { offset: 0, summer: false };
    const offset = fixed(zone);
    if (offset !== undefined) return { offset, summer: false };
    const found = native.zoneAt(zone, seconds), ahead = Math.floor(found / 2);
    // Winter is what Ireland's law calls the exception.
    const summer = zone === 'Europe/Dublin' && seconds > 0 ? ahead === 3600 && seconds > 57_722_400 : found % 2 !== 0;
    return { offset: ahead, summer };
  }
  I.zoneOffset = (zone, seconds) => at(zone, seconds).offset;

  function metazone(zone, seconds) {
    const list = table().zones[zone];
    if (list === undefined) return undefined;
    const time = (text, otherwise) => (text === undefined || text === 0 ? otherwise : Date.UTC(text.slice(0, 4), text.slice(5, 7) - 1, text.slice(8, 10), text.slice(11, 13), text.slice(14, 16)) / 1000);
    for (const each of list) {
      const [name, from, to] = typeof each === 'string' ? [each] : each;
      if (seconds >= time(from, -Infinity) && seconds < time(to, Infinity)) return name;
    }
    return undefined;
  }
  const WIDTHS = { long: 'long', short: 'short' };
  const GENERIC = 0, STANDARD = 1, SUMMER = 2;
  const named = (names, width, kind) => names?.[WIDTHS[width]]?.[kind] || undefined;

  // ---- names ----
  function specific(data, zone, seconds, width) {
    const kind = at(zone, seconds).summer ? SUMMER : STANDARD;
    const key = zone === 'UTC' ? 'Etc/UTC' : zone;
    return named(data.own[key], width, kind) ?? named(data.meta[metazone(zone, seconds)], width, kind);
  }
  const city = (data, zone) => data.cities[zone] ?? zone.split('/').at(-1).replaceAll('_', ' ');
  function country(zone) {
    const { regions, primary } = table();
    const region = zone.includes('/') && !zone.startsWith('Etc/') ? regions[zone] : undefined;
    if (region === undefined) return undefined;
    const alone = Object.keys(regions).filter((each) => regions[each] === region && each.includes('/')).length === 1;
    return { region, isPrimary: alone || primary[region] === zone };
  }
  function location(locale, data, zone) {
    const found = country(zone);
    if (found === undefined) return undefined;
    const place = found.isPrimary ? I.data(locale, 'names').regions[found.region] ?? found.region : city(data, zone);
    return I.fill(data.region, place);
  }
  // Whether a zone has summer time within half a year.
  function usesSummer(zone, seconds) {
    for (const days of [-184, -150, -120, -90, -60, -30, 30, 60, 90, 120, 150, 184]) if (at(zone, seconds + days * 86400).summer) return true;
    return false;
  }
  function generic(locale, data, zone, seconds, width) {
    const own = named(data.own[zone], width, GENERIC);
    if (own !== undefined) return own;
    const meta = metazone(zone, seconds);
    if (meta === undefined) return undefined;
    const general = named(data.meta[meta], width, GENERIC);
    if (!at(zone, seconds).summer && !usesSummer(zone, seconds)) {
      const standard = named(data.own[zone], width, STANDARD) ?? named(data.meta[meta], width, STANDARD);
      if (standard !== undefined && standard !== general) return standard;
    }
    if (general === undefined) return undefined;
    const places = table().metas[meta] ?? {}, golden = places[I.likelyRegion(locale)] ?? places['001'];
    if (golden === undefined || golden === zone || at(golden, seconds).offset === at(zone, seconds).offset) return general;
    const found = country(zone);
    const place = found === undefined ? city(data, zone) : places[found.region] === zone && found.isPrimary ? I.data(locale, 'names').regions[found.region] : city(data, zone);
    return I.fill(data.fallback, place, general);
  }
  // GMT+1, GMT+05:30.
  function offsetText(data, offset, width, digits) {
    const [positive, negative] = data.hours.split(';');
    const [, before, , separator] = /^([^H]*)(H+)(.*?)mm/.exec(offset < 0 ? negative : positive);
    const size = Math.abs(offset), hours = Math.floor(size / 3600), minutes = Math.floor(size / 60) % 60, seconds = size % 60;
    const two = (value) => String(value).padStart(2, '0');
    let text = width === 'long' ? two(hours) : String(hours);
    if (width === 'long' || minutes !== 0 || seconds !== 0) text += separator + two(minutes);
    if (seconds !== 0) text += separator + two(seconds);
    return I.fill(data.gmt, before + digits(text));
  }
  // What a letter of a pattern says of a zone: z, v or O.
  I.zoneText = (state, { letter, length }, seconds) => {
    const { locale, timeZone: zone } = state, data = I.data(locale, 'zones');
    const width = length >= 4 ? 'long' : 'short';
    const { offset } = at(zone, seconds);
    if (letter !== 'O' && fixed(zone) === undefined) {
      const name = letter === 'z' ? specific(data, zone, seconds, width) : zone === 'UTC' ? undefined : generic(locale, data, zone, seconds, width) ?? location(locale, data, zone);
      if (name !== undefined) return name;
    }
    return letter === 'z' && offset === 0 && fixed(zone) !== undefined ? data.zero : offsetText(data, offset, width, state.digitText);
  };
})
