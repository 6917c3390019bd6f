// Errors: stacks with the user's own lines, and messages that say what the engine leaves out.
//
// A stack is kept as bare positions when an error is made, and becomes text when somebody reads it:
// most errors are caught and never shown.
(function (native, internal) {
  'use strict';
  const SHOWN = 10;
  const read = Object.getOwnPropertyDescriptor(Error.prototype, 'stack').get;
  const capture = Error.captureStackTrace;
  const { header, absent } = internal;

  // A program of a session has a number in its name.
  const isProgram = (file) => file !== null && file.startsWith('program') && file.endsWith('.ts');

  // What the engine calls with each new error. Kept cheap: positions are looked up when read.
  function prepare(error, sites) {
    const frames = [];
    let callee;
    for (const site of sites) {
      const file = site.getFileName();
      const line = site.getLineNumber();
      const name = site.getFunctionName();
      // Text that JSON.parse or eval could not read has a place of its own, but no function.
      const isText = site.getFunction() === null && !isProgram(file);
      if (file !== null && line !== null && line >= 1 && !isText && !file.startsWith('prelude:')) {
        frames.push({ file, line, column: site.getColumnNumber() ?? 1, name, callee, made: site.isConstructor() });
      }
      callee = name ?? '';
    }
    const raw = { frames, text: undefined };
    if (frames.length > 0) improve(error, sites[0], frames[0]);
    return raw;
  }

  // The innermost frame calls nothing, or the error's own class.
  function place({ file, line, column, callee }, error) {
    if (!isProgram(file)) return `<eval>:${line}:${column}`;
    return native.position(file, line, column, callee ?? constructorOf(error));
  }
  function constructorOf(error) {
    try { return String(error.constructor.name || '?'); } catch { return '?'; }
  }
  function frameText(frame, error) {
    const { name, made } = frame;
    const known = name && name !== '<anonymous>' && name !== '<eval>';
    const where = place(frame, error);
    return known ? `    at ${made ? 'new ' : ''}${name} (${where})` : `    at ${where}`;
  }
  // A class without a constructor of its own stands in the stack at the class's first line.
  const isImplicit = (frame, error) => frame.made && frame.name === error?.constructor?.name && frame.column === 1;

  function render(raw, error) {
    let frames = raw.frames;
    try { if (frames.length > 1 && isImplicit(frames[0], error)) frames = frames.slice(1); } catch { /* a getter that throws */ }
    return [header(error), ...frames.slice(0, SHOWN).map((frame) => frameText(frame, error))].join('\n');
  }

  const own = (target, key, value) =>
    Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false });
  Object.defineProperty(Error.prototype, 'stack', {
    get() {
      const raw = read.call(this);
      if (raw === null || typeof raw !== 'object') return raw === null ? header(this) : raw;
      if (raw.text === undefined) raw.text = render(raw, this);
      return raw.text;
    },
    set(value) { own(this, 'stack', value); },
    enumerable: false, configurable: true,
  });
  // Where the program is now, and an error that says it happened there: a reply comes when the call
  // that asked for it is no longer on the stack.
  internal.here = function here() {
    const holder = {};
    capture(holder, here);
    return holder.stack;
  };
  internal.placed = function (error, raw) {
    if (raw === null || typeof raw !== 'object') return error;
    let text;
    Object.defineProperty(error, 'stack', {
      get() { return text ??= render(raw, error); },
      set(value) { own(error, 'stack', value); },
      enumerable: false, configurable: true,
    });
    return error;
  };
  own(Error, 'captureStackTrace', function captureStackTrace(target, above) {
    if (target === null || (typeof target !== 'object' && typeof target !== 'function')) throw new TypeError('captureStackTrace needs an object');
    const holder = {};
    capture(holder, typeof above === 'function' ? above : captureStackTrace);
    internal.placed(target, holder.stack);
  });
  Error.prepareStackTrace = prepare;
  Object.defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: true, configurable: true, enumerable: false });

  // Whether a callee such as `JSON.parse` is a function of the language.
  function isKnown(callee) {
    let at = globalThis;
    for (const name of callee.split('.')) {
      if (at === null || at === undefined) return false;
      const property = Object.getOwnPropertyDescriptor(at, name);
      if (property === undefined || !('value' in property)) return false;
      at = property.value;
    }
    return typeof at === 'function';
  }

  // Says what was no function, and what to use instead of a global that is not here.
  function improve(error, site, frame) {
    try {
      const property = Object.getOwnPropertyDescriptor(error, 'message');
      if (property === undefined || !isProgram(frame.file) || typeof property.value !== 'string') return;
      const { value: message } = property;
      if (message === 'not a function' || message === 'not a constructor') {
        if (site.isNative()) {
          const name = site.getFunctionName();
          if (message === 'not a function' && name) own(error, 'message', `${name} needs a function, and was given something else`);
          return;
        }
        const called = native.callees(frame.file, frame.line, frame.column, message === 'not a constructor').filter((callee) => !isKnown(callee));
        if (called.length === 0 || called.length > 3 || called.includes('')) return;
        own(error, 'message', `${called.join(' or ')} is ${message}`);
        // Known for sure, its own place is better than the engine's.
        if (called.length === 1) frame.callee = /[^.]*$/.exec(called[0])[0];
      } else if (message.endsWith(' is not defined')) {
        const missing = message.slice(0, -15);
        if (Object.hasOwn(absent, missing) && error instanceof ReferenceError) own(error, 'message', `${message}: ${absent[missing]}`);
      } else if (error instanceof SyntaxError && site.isNative() && site.getFunctionName() === 'RegExp') {
        own(error, 'message', `invalid regular expression: ${message}`);
      } else {
        const words = internal.wordsOfV8(error, message, site);
        if (words !== undefined) own(error, 'message', words);
      }
    } catch { /* the engine's own words stand */ }
  }

  // What is thrown for something that is known and not supported: `advice` says what to do instead.
  internal.unsupported = function (what, advice) {
    const error = new Error(`${what} is not supported here: ${advice}`);
    return Object.defineProperty(error, 'code', { value: 'ERR_METHOD_NOT_IMPLEMENTED', writable: true, configurable: true, enumerable: true });
  };

  // Anything as a promise whose rejection is the worker's to tell.
  internal.awaited = function (value) {
    const promise = Promise.resolve(value);
    promise.catch(() => {});
    return promise;
  };

  // What is wrong with a regular expression, if anything is.
  internal.refusesPattern = function (pattern, flags) {
    try { return void new RegExp(pattern, flags); } catch (error) { return String(error.message); }
  };
})
