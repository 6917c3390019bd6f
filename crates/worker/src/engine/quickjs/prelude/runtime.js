// What a program can ask of where it runs: performance and navigator.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, exception, finish, illegal, missing, wrongType, isObject } = web;
  const { EventTarget } = internal.part('web:events');
  const made = Symbol('made');
  const MOST = 10_000;

  class PerformanceEntry {
    #values;
    constructor(key, values) {
      if (key !== made) throw illegal();
      this.#values = values;
    }
    get name() { return this.#values.name; }
    get entryType() { return this.#values.entryType; }
    get startTime() { return this.#values.startTime; }
    get duration() { return this.#values.duration; }
    get detail() { return this.#values.detail; }
    toJSON() {
      const { name, entryType, startTime, duration, detail } = this;
      return this instanceof PerformanceMark || this instanceof PerformanceMeasure ? { name, entryType, startTime, duration, detail } : { name, entryType, startTime, duration };
    }
  }
  finish(PerformanceEntry, ['name', 'entryType', 'startTime', 'duration']);
  const fields = ['name', 'entryType', 'startTime', 'duration', 'detail'];

  class PerformanceMark extends PerformanceEntry {
    constructor(name, options = undefined) {
      if (arguments.length === 0) throw missing('name');
      if (options !== undefined && options !== null && !isObject(options)) throw wrongType('options', 'of type object', options);
      const startTime = options?.startTime ?? native.now();
      if (typeof startTime !== 'number') throw wrongType('startTime', 'of type number', startTime);
      if (startTime < 0) throw coded(TypeError, 'ERR_PERFORMANCE_INVALID_TIMESTAMP', `${startTime} is not a valid timestamp`);
      const detail = options?.detail === undefined || options?.detail === null ? null : internal.part('web:clone').structuredClone(options.detail);
      super(made, { name: `${name}`, entryType: 'mark', startTime, duration: 0, detail });
    }
  }
  finish(PerformanceMark, fields);
  class PerformanceMeasure extends PerformanceEntry {}
  finish(PerformanceMeasure, fields);

  // In the order in which they began; the oldest go when there are too many.
  let entries = [];
  function add(entry) {
    if (entries.length >= MOST) entries.shift();
    entries.push(entry);
    entries.sort((a, b) => a.startTime - b.startTime);
    return entry;
  }
  const time = (mark) => {
    if (typeof mark === 'number') {
      if (mark < 0) throw coded(TypeError, 'ERR_PERFORMANCE_INVALID_TIMESTAMP', `${mark} is not a valid timestamp`);
      return mark;
    }
    const name = `${mark}`;
    const found = entries.findLast((entry) => entry.entryType === 'mark' && entry.name === name);
    if (found === undefined) throw exception(`The "${name}" performance mark has not been set`, 'SyntaxError');
    return found.startTime;
  };
  const clear = (type, name) => { entries = entries.filter((entry) => entry.entryType !== type || (name !== undefined && entry.name !== `${name}`)); };

  let origin;
  class Performance extends EventTarget {
    constructor(key) {
      if (key !== made) throw illegal();
      super();
    }
    get timeOrigin() { return origin ??= Date.now() - native.now(); }
    now() { return native.now(); }
    mark(name, options = undefined) {
      if (arguments.length === 0) throw missing('name');
      return add(new PerformanceMark(name, options));
    }
    measure(name, start = undefined, end = undefined) {
      if (typeof name !== 'string') throw wrongType('name', 'of type string', name);
      const options = isObject(start) ? start : { start, end };
      const { detail, duration } = options;
      const to = options.end !== undefined ? time(options.end) : options.start !== undefined && duration !== undefined ? time(options.start) + duration : native.now();
      const from = options.start !== undefined ? time(options.start) : duration !== undefined && options.end !== undefined ? to - duration : 0;
      const kept = detail === undefined || detail === null ? null : internal.part('web:clone').structuredClone(detail);
      return add(new PerformanceMeasure(made, { name, entryType: 'measure', startTime: from, duration: to - from, detail: isObject(start) && 'detail' in start ? kept : null }));
    }
    getEntries() { return [...entries]; }
    getEntriesByName(name, type = undefined) {
      if (arguments.length === 0) throw missing('name');
      return entries.filter((entry) => entry.name === `${name}` && (type === undefined || entry.entryType === type));
    }
    getEntriesByType(type) {
      if (arguments.length === 0) throw missing('type');
      return entries.filter((entry) => entry.entryType === type);
    }
    clearMarks(name = undefined) { clear('mark', name); }
    clearMeasures(name = undefined) { clear('measure', name); }
    clearResourceTimings() {}
    setResourceTimingBufferSize() {}
    toJSON() { return { timeOrigin: this.timeOrigin }; }
  }
  finish(Performance, ['timeOrigin']);

  class Navigator {
    constructor(key) { if (key !== made) throw illegal(); }
    get userAgent() { return `code-executor/${native.web.version}`; }
    get hardwareConcurrency() { return 1; }
    get language() { return 'en-US'; }
    get languages() { return Object.freeze(['en-US']); }
    get platform() { return 'linux'; }
    get onLine() { return true; }
  }
  finish(Navigator, ['userAgent', 'hardwareConcurrency', 'language', 'languages', 'platform']);
  return { Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, performance: new Performance(made), Navigator, navigator: new Navigator(made) };
})
