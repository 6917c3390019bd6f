// Methods that write for people, in any of the languages that Intl knows; Intl itself is made when it
// is first wanted.
(function (native, internal) {
  'use strict';
  const method = (target, name, holder) =>
    Object.defineProperty(target, name, { value: holder[name], writable: true, configurable: true, enumerable: false });
  const intl = () => internal.part('intl:intl').I;
  internal.lazyGlobal('Intl', () => internal.part('intl:intl').Intl);
  // What the last calls with the same arguments resolved.
  const kept = new Map();
  function resolved(kind, resolve, locales, options) {
    if (!kept.has(kind)) kept.set(kind, intl().remembering(resolve));
    return kept.get(kind)(locales, options);
  }

  // ---- numbers ----
  const formatNumber = (value, locales, options) => { const I = intl(); return I.formatNumber(resolved('number', I.resolveNumber, locales, options), value); };
  const numberOf = Number.prototype.valueOf, bigintOf = BigInt.prototype.valueOf;
  method(Number.prototype, 'toLocaleString', { toLocaleString(locales, options) { return formatNumber(numberOf.call(this), locales, options); } });
  method(BigInt.prototype, 'toLocaleString', { toLocaleString(locales, options) { return formatNumber(bigintOf.call(this), locales, options); } });

  // ---- dates ----
  const { getTime } = Date.prototype;
  for (const [name, wanted, defaults] of [['toLocaleString', 'any', 'all'], ['toLocaleDateString', 'date', 'date'], ['toLocaleTimeString', 'time', 'time']]) {
    method(Date.prototype, name, { [name](locales, options) {
      const time = getTime.call(this), I = intl();
      if (Number.isNaN(time)) return 'Invalid Date';
      return I.formatDate(resolved(name, (tags, given) => I.resolveDate(tags, given, wanted, defaults), locales, options), time);
    } });
  }
  for (const name of ['toString', 'toTimeString']) {
    const plain = Date.prototype[name];
    method(Date.prototype, name, { [name]() { const text = plain.call(this); return text === 'Invalid Date' ? text : `${text} (Coordinated Universal Time)`; } });
  }

  // ---- text ----
  const own = (text, name) => {
    if (text === undefined || text === null) throw new TypeError(`String.prototype.${name} called on null or undefined`);
    return String(text);
  };
  method(String.prototype, 'localeCompare', { localeCompare(that, locales, options) {
    const left = own(this, 'localeCompare'), right = String(that), I = intl();
    return I.compare(resolved('collator', I.resolveCollator, locales, options), left, right);
  } });
  const { toLowerCase, toUpperCase } = String.prototype;
  method(String.prototype, 'toLocaleLowerCase', { toLocaleLowerCase(locales) {
    const text = own(this, 'toLocaleLowerCase');
    return locales === undefined ? toLowerCase.call(text) : intl().cased(text, locales, 'lower');
  } });
  method(String.prototype, 'toLocaleUpperCase', { toLocaleUpperCase(locales) {
    const text = own(this, 'toLocaleUpperCase');
    return locales === undefined ? toUpperCase.call(text) : intl().cased(text, locales, 'upper');
  } });

  // ---- lists ----
  const elements = { toLocaleString(locales, options) {
    let text = '';
    for (let at = 0; at < this.length; at++) {
      const item = this[at];
      if (at > 0) text += ',';
      if (item !== null && item !== undefined) text += String(item.toLocaleString(locales, options));
    }
    return text;
  } };
  for (const target of [Array.prototype, Object.getPrototypeOf(Uint8Array.prototype)]) method(target, 'toLocaleString', elements);
})
