// What the parts of Intl share: tables, options, and how a service is made. Nothing is read before a
// program asks for it.
(function (native, internal) {
  'use strict';
  const I = internal.intl = { makers: {} };
  const define = Object.defineProperty;

  // ---- tables ----
  const sections = new Map();
  // A section of the tables as it was made; see the generator for its shape.
  I.section = (name) => {
    let section = sections.get(name);
    if (section === undefined) {
      const text = native.intlTable(name);
      if (typeof text !== 'string') throw new Error(`the table ${name} of Intl is missing`);
      sections.set(name, section = JSON.parse(text));
    }
    return section;
  };
  const plain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  function merged(base, change) {
    const all = { ...base };
    for (const key of Object.keys(change)) {
      const value = change[key];
      if (value === null) delete all[key];
      else all[key] = plain(value) && plain(base[key]) ? merged(base[key], value) : value;
    }
    return all;
  }
  const resolved = new Map();
  // The data of one group for a locale that is there: `locale` is a key of I.tags().data.
  I.data = (locale, group) => {
    const tag = I.tags().data[locale] ?? locale;
    const key = `${tag}.${group}`;
    let data = resolved.get(key);
    if (data === undefined) {
      const { base, regions } = I.section(`${tag.split('-')[0]}.${group}`);
      data = regions[tag] === undefined ? base : merged(base, regions[tag]);
      resolved.set(key, data);
    }
    return data;
  };
  I.tags = () => I.section('root.tags');

  // ---- options ----
  const shown = (value) => { try { return typeof value === 'symbol' ? String(value) : `${value}`; } catch { return 'object'; } };
  const received = (value) => { try { return typeof value === 'object' && value !== null ? `#<${value.constructor.name}>` : shown(value); } catch { return '#<Object>'; } };
  I.coerced = (options, service) => {
    if (options === undefined) return Object.create(null);
    if (options === null) throw new TypeError(service === undefined ? 'Cannot convert undefined or null to object' : `Intl.${service} called on null or undefined`);
    return Object(options);
  };
  I.asked = (options) => {
    if (options === undefined) return Object.create(null);
    if ((typeof options !== 'object' && typeof options !== 'function') || options === null) throw new TypeError('Incorrect options information provided');
    return options;
  };
  I.text = (options, name, values, fallback, service) => {
    let value = options[name];
    if (value === undefined) return fallback;
    if (typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
    value = String(value);
    if (values !== undefined && !values.includes(value)) throw new RangeError(`Value ${shown(value)} out of range for ${service === 'Locale' ? 'locale' : `Intl.${service}`} options property ${name}`);
    return value;
  };
  I.flag = (options, name, fallback) => {
    const value = options[name];
    return value === undefined ? fallback : Boolean(value);
  };
  I.count = (value, name, low, high, fallback) => {
    if (value === undefined) return fallback;
    const number = Number(value);
    if (!(number >= low && number <= high)) throw new RangeError(`${name} value is out of range.`);
    return Math.floor(number);
  };
  I.MATCHER = ['lookup', 'best fit'];

  // ---- services ----
  const hidden = (target, name, value) => define(target, name, { value, writable: true, configurable: true, enumerable: false });
  I.hidden = hidden;
  // Intl.<name>: `resolve(locales, options)` gives what an object of it knows, `methods` are called
  // with that first, `getters` give a function bound to it.
  I.service = (name, { length = 0, callable = false, resolve, methods = {}, getters = {}, described, supported = true }) => {
    const states = new WeakMap();
    const Maker = function (locales, options) { return construct(this, new.target, locales, options); };
    function construct(made, target, locales, options) {
      if (target === undefined) {
        if (!callable) throw new TypeError(`Constructor Intl.${name} requires 'new'`);
        made = Object.create(Maker.prototype);
      }
      states.set(made, resolve(locales, options));
      return made;
    }
    define(Maker, 'name', { value: name, configurable: true });
    define(Maker, 'length', { value: length, configurable: true });
    define(Maker, 'prototype', { writable: false });
    const state = (value, method) => {
      const found = (typeof value === 'object' && value !== null) ? states.get(value) : undefined;
      if (found === undefined) throw new TypeError(`Method Intl.${name}.prototype.${method} called on incompatible receiver ${received(value)}`);
      return found;
    };
    const add = (method, run, size) => {
      const wrapped = { [method](...given) { return run(state(this, method), ...given); } }[method];
      define(wrapped, 'length', { value: size ?? Math.max(0, run.length - 1), configurable: true });
      hidden(Maker.prototype, method, wrapped);
    };
    for (const [method, run] of Object.entries(methods)) add(method, run);
    if (described !== undefined) add('resolvedOptions', described, 0);
    for (const [getter, bind] of Object.entries(getters)) {
      const get = { get [getter]() {
        const own = state(this, getter);
        own.bound ??= new Map();
        if (!own.bound.has(getter)) {
          const bound = bind(own);
          define(bound, 'name', { value: '', configurable: true });
          own.bound.set(getter, bound);
        }
        return own.bound.get(getter);
      } };
      define(Maker.prototype, getter, { get: Object.getOwnPropertyDescriptor(get, getter).get, configurable: true, enumerable: false });
    }
    define(Maker.prototype, Symbol.toStringTag, { value: `Intl.${name}`, configurable: true });
    if (supported) {
      hidden(Maker, 'supportedLocalesOf', { supportedLocalesOf(locales, options) { return I.supportedLocales(locales, options); } }.supportedLocalesOf);
      define(Maker.supportedLocalesOf, 'length', { value: 1, configurable: true });
    }
    return { Maker, state };
  };
  // A cache of what the toLocale* methods resolved: most programs ask again for the same.
  I.remembering = (resolve) => {
    const kept = new Map();
    return (locales, options) => {
      if (options !== undefined || (locales !== undefined && typeof locales !== 'string')) return resolve(locales, options);
      let found = kept.get(locales);
      if (found === undefined) {
        found = resolve(locales, options);
        if (kept.size >= 32) kept.clear();
        kept.set(locales, found);
      }
      return found;
    };
  };
  I.fill = (pattern, ...values) => pattern.replace(/\{(\d)\}/g, (whole, at) => values[at] ?? whole);
})
