// node:util.
(function (native, internal) {
  'use strict';
  const { codes: { ERR_INVALID_ARG_TYPE, ERR_FALSY_VALUE_REJECTION, ERR_INVALID_ARG_VALUE } } = internal.part('node_codes');
  const { validateFunction, validateString, validateObject, validateAbortSignal } = internal.part('node_codes');
  const types = internal.nodeModule('node:util/types');
  const CUSTOM = Symbol.for('nodejs.util.promisify.custom');

  function inspect(value, options, depth, colors) {
    if (arguments.length > 2) options = { showHidden: options, ...(depth === undefined ? {} : { depth }), ...(colors === undefined ? {} : { colors }) };
    return internal.inspectAs(value, options);
  }
  inspect.custom = Symbol.for('nodejs.util.inspect.custom');
  Object.defineProperty(inspect, 'defaultOptions', {
    get: () => internal.inspectDefaults,
    set(options) { validateObject(options, 'options'); Object.assign(internal.inspectDefaults, options); },
    enumerable: true, configurable: true,
  });
  const color = (...pairs) => Object.fromEntries(pairs);
  inspect.colors = color(
    ['reset', [0, 0]], ['bold', [1, 22]], ['dim', [2, 22]], ['italic', [3, 23]], ['underline', [4, 24]], ['blink', [5, 25]], ['inverse', [7, 27]],
    ['hidden', [8, 28]], ['strikethrough', [9, 29]], ['doubleunderline', [21, 24]], ['black', [30, 39]], ['red', [31, 39]], ['green', [32, 39]],
    ['yellow', [33, 39]], ['blue', [34, 39]], ['magenta', [35, 39]], ['cyan', [36, 39]], ['white', [37, 39]], ['bgBlack', [40, 49]], ['bgRed', [41, 49]],
    ['bgGreen', [42, 49]], ['bgYellow', [43, 49]], ['bgBlue', [44, 49]], ['bgMagenta', [45, 49]], ['bgCyan', [46, 49]], ['bgWhite', [47, 49]],
    ['framed', [51, 54]], ['overlined', [53, 55]], ['gray', [90, 39]], ['grey', [90, 39]], ['redBright', [91, 39]], ['greenBright', [92, 39]],
    ['yellowBright', [93, 39]], ['blueBright', [94, 39]], ['magentaBright', [95, 39]], ['cyanBright', [96, 39]], ['whiteBright', [97, 39]],
    ['bgGray', [100, 49]], ['bgRedBright', [101, 49]], ['bgGreenBright', [102, 49]], ['bgYellowBright', [103, 49]], ['bgBlueBright', [104, 49]],
    ['bgMagentaBright', [105, 49]], ['bgCyanBright', [106, 49]], ['bgWhiteBright', [107, 49]],
  );
  inspect.styles = Object.assign(Object.create(null), {
    special: 'cyan', number: 'yellow', bigint: 'yellow', boolean: 'yellow', undefined: 'grey', null: 'bold', string: 'green', symbol: 'green', date: 'magenta', regexp: 'red', module: 'underline',
  });

  // Output is no terminal, so a text stays plain unless the caller says that it does not matter.
  function styleText(format, text, { validateStream = true } = {}) {
    validateString(text, 'text');
    const formats = Array.isArray(format) ? format : [format];
    for (const each of formats) {
      if (each !== 'none' && !Object.hasOwn(inspect.colors, each)) {
        throw new ERR_INVALID_ARG_VALUE('format', each, `must be one of: ${['none', ...Object.keys(inspect.colors)].map((name) => `'${name}'`).join(', ')}`);
      }
    }
    if (validateStream) return text;
    const codes = formats.filter((each) => each !== 'none').map((each) => inspect.colors[each]);
    return `${codes.map(([open]) => `\x1b[${open}m`).join('')}${text}${codes.reverse().map(([, close]) => `\x1b[${close}m`).join('')}`;
  }

  function promisify(original) {
    validateFunction(original, 'original');
    // It gives the timers their promises.
    if (original === globalThis.setTimeout || original === globalThis.setImmediate) internal.nodeModule('node:timers');
    const own = original[CUSTOM];
    if (own) {
      validateFunction(own, 'util.promisify.custom');
      return Object.defineProperty(own, CUSTOM, { value: own, writable: false, enumerable: false, configurable: true });
    }
    function promised(...args) {
      return new Promise((resolve, reject) => {
        Reflect.apply(original, this, [...args, (error, ...values) => { if (error) reject(error); else resolve(values[0]); }]);
      });
    }
    Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
    Object.defineProperty(promised, CUSTOM, { value: promised, writable: false, enumerable: false, configurable: true });
    return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
  }
  promisify.custom = CUSTOM;

  function callbackify(original) {
    validateFunction(original, 'original');
    function called(...args) {
      const done = args.pop();
      validateFunction(done, 'last argument');
      Reflect.apply(original, this, args).then(
        (value) => { internal.process.nextTick(done, null, value); },
        (reason) => { internal.process.nextTick(done, reason || new ERR_FALSY_VALUE_REJECTION(reason)); },
      );
    }
    const properties = Object.getOwnPropertyDescriptors(original);
    if (typeof properties.length?.value === 'number') properties.length.value++;
    if (typeof properties.name?.value === 'string') properties.name.value += 'Callbackified';
    return Object.defineProperties(called, properties);
  }

  function inherits(constructor, parent) {
    if (constructor === undefined || constructor === null) throw new ERR_INVALID_ARG_TYPE('ctor', 'Function', constructor);
    if (parent === undefined || parent === null) throw new ERR_INVALID_ARG_TYPE('superCtor', 'Function', parent);
    if (parent.prototype === undefined) throw new ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', parent.prototype);
    Object.defineProperty(constructor, 'super_', { value: parent, writable: true, configurable: true });
    Object.setPrototypeOf(constructor.prototype, parent.prototype);
  }

  const warned = new Set();
  function deprecate(original, message, code) {
    let told = false;
    function deprecated(...args) {
      if (!told) {
        told = true;
        if (code === undefined || !warned.has(code)) internal.process.emitWarning(message, 'DeprecationWarning', code, deprecated);
        warned.add(code);
      }
      return new.target ? Reflect.construct(original, args, new.target) : Reflect.apply(original, this, args);
    }
    Object.setPrototypeOf(deprecated, original);
    if (original.prototype) deprecated.prototype = original.prototype;
    return deprecated;
  }
  function debuglog() {
    return Object.defineProperty(() => {}, 'enabled', { get: () => false, configurable: true, enumerable: true });
  }

  const control = /[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d\/\#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d\/\#&.:=?%@~_]*)*)?(?:\u0007|\u001B\u005C|\u009C))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;
  function stripVTControlCharacters(text) {
    validateString(text, 'str');
    return text.includes('\u001B') || text.includes('\u009B') ? text.replace(control, '') : text;
  }

  function parseEnv(content) {
    validateString(content, 'content');
    const found = {};
    for (const [, name, value] of content.matchAll(/^\s*(?:export\s+)?([\w.-]+)\s*=\s*("(?:\\.|[^"])*"|'[^']*'|`[^`]*`|[^\n#]*)/gm)) {
      const text = value.trim();
      const quoted = /^(["'`])([\s\S]*)\1$/.exec(text);
      found[name] = quoted === null ? text : quoted[1] === '"' ? quoted[2].replaceAll('\\n', '\n') : quoted[2];
    }
    return found;
  }
  async function aborted(signal, resource) {
    if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
    validateAbortSignal(signal, 'signal');
    validateObject(resource, 'resource', 7);
    return new Promise((resolve) => { if (signal.aborted) resolve(); else signal.addEventListener('abort', () => { resolve(); }, { once: true }); });
  }

  const show = (value) => internal.inspectAs(value);
  const util = {
    inspect, promisify, callbackify, inherits, deprecate, debuglog, debug: debuglog, styleText, stripVTControlCharacters, types, parseEnv, aborted,
    format: (...args) => internal.format(args, show),
    formatWithOptions(options, ...args) {
      validateObject(options, 'inspectOptions');
      return internal.format(args, (value) => internal.inspectAs(value, options));
    },
    isDeepStrictEqual: (one, other) => internal.part('node_compare').isDeepStrictEqual(one, other),
    parseArgs: (config) => internal.part('node_parse_args').parseArgs(config),
    toUSVString: (text) => `${text}`.toWellFormed(),
    getSystemErrorName: (number) => internal.systemErrors().find(([, errno]) => -errno === number)?.[0],
    _extend(target, source) { return source !== null && typeof source === 'object' ? Object.assign(target, source) : target; },
    isArray: Array.isArray,
  };
  for (const [name, test] of Object.entries({
    isBoolean: (value) => typeof value === 'boolean', isNull: (value) => value === null, isNullOrUndefined: (value) => value === null || value === undefined,
    isNumber: (value) => typeof value === 'number', isString: (value) => typeof value === 'string', isSymbol: (value) => typeof value === 'symbol',
    isUndefined: (value) => value === undefined, isRegExp: types.isRegExp, isObject: (value) => value !== null && typeof value === 'object', isDate: types.isDate,
    isError: (value) => types.isNativeError(value) || value instanceof Error, isFunction: (value) => typeof value === 'function',
    isPrimitive: (value) => value === null || (typeof value !== 'object' && typeof value !== 'function'),
  })) util[name] = test;
  for (const name of ['TextEncoder', 'TextDecoder']) {
    Object.defineProperty(util, name, { get() { return globalThis[name]; }, enumerable: true, configurable: true });
  }
  return util;
})
