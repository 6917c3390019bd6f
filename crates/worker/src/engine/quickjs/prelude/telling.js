// What errors are told as: their names, the words for what is not here, the class of a call that failed,
// and what the host hears of a thrown value. In every engine that runs JavaScript.
(function (native, internal) {
  'use strict';
  const builtins = new Set([Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError]);
  for (const name of ['InternalError', 'SuppressedError']) if (typeof globalThis[name] === 'function') builtins.add(globalThis[name]);

  const clean = (text) => (text.isWellFormed() ? text : text.toWellFormed());
  internal.clean = clean;

  // An error's name; that of its class when the class did not set one.
  function nameOf(error) {
    let name;
    try { name = error.name; } catch { /* told by its class */ }
    try {
      for (let at = Object.getPrototypeOf(error), own; at !== null; at = Object.getPrototypeOf(at)) {
        const maker = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
        if (builtins.has(maker)) return own !== undefined && (name === undefined || name === at.name) ? own : String(name ?? at.name);
        if (own === undefined && typeof maker === 'function' && typeof maker.name === 'string' && maker.name !== '') own = maker.name;
      }
    } catch { /* a prototype that throws */ }
    try { return String(name ?? 'Error'); } catch { return 'Error'; }
  }
  internal.nameOf = nameOf;
  function messageOf(error) {
    try { return String(error.message ?? ''); } catch { return '(its message cannot be read)'; }
  }
  // Errors that show their code behind their name, as Node's own do.
  const withCode = new WeakSet();
  internal.showsCode = (error) => { withCode.add(error); };
  function header(error) {
    const name = withCode.has(error) ? `${nameOf(error)} [${error.code}]` : nameOf(error), message = messageOf(error);
    return message === '' ? name : name === '' ? message : `${name}: ${message}`;
  }
  internal.header = header;

  // What to use in place of a global that is not here.
  const absent = {
    window: 'a program does not run in a browser; globals are on globalThis',
    print: 'use console.log',
    document: 'a program does not run in a browser',
  };
  absent.XMLHttpRequest = 'use fetch';
  absent.WebSocket = 'a program has no sockets of its own; use fetch';
  absent.EventSource = 'use fetch, and read the body as it comes';
  absent.Worker = 'a program is one thread; await several calls together with Promise.all';
  absent.SharedArrayBuffer = 'a program is one thread; use ArrayBuffer';
  absent.Atomics = 'a program is one thread';
  absent.WebAssembly = 'it is not supported here; write the work in JavaScript';
  absent.localStorage = absent.sessionStorage = 'nothing of a program is kept; use a Map, or a file in a directory that was granted';
  absent.indexedDB = absent.localStorage;
  absent.Temporal = 'use Date and Intl.DateTimeFormat';
  absent.alert = 'use console.log';
  absent.prompt = absent.confirm = 'a program cannot ask; put what it needs into its code';
  absent.$ = absent.jQuery = absent.document;
  absent.Bun = 'use the modules of Node, or Deno';
  internal.absent = absent;

  class McpToolError extends Error {
    constructor(details) {
      super(details.message);
      this.code = details.code;
      this.server = details.server;
      this.tool = details.tool;
      this.content = details.content ?? [];
    }
    get name() { return 'McpToolError'; }
  }
  Object.defineProperty(globalThis, 'McpToolError', { value: McpToolError, writable: true, configurable: true, enumerable: false });
  internal.McpToolError = McpToolError;

  // Causes that the error's own message tells.
  internal.toldAlready = new WeakSet();
  const isError = (value) => {
    try { return value instanceof Error; } catch { return false; }
  };
  function framesOf(error) {
    let stack;
    try { stack = error.stack; } catch { return ''; }
    if (typeof stack !== 'string') return '';
    // A message may hold lines that look like frames.
    const head = header(error);
    if (stack.startsWith(head)) stack = stack.slice(head.length);
    return stack.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 30).join('\n');
  }
  const short = (text) => (text.length > 2000 ? `${text.slice(0, 2000)}...` : text);
  const brief = (value) => short(isError(value) ? header(value) : internal.inspect(value, { depth: 1 }));

  function withReasons(error) {
    let message = messageOf(error);
    try {
      const seen = new Set([error]);
      for (let { cause } = error; cause !== undefined && seen.size < 5 && !seen.has(cause); cause = isError(cause) ? cause.cause : undefined) {
        if (!internal.toldAlready.has(cause)) message += `\n  caused by ${brief(cause)}`;
        seen.add(cause);
      }
      if (Array.isArray(error.errors)) {
        message ||= 'all of these failed';
        for (const each of error.errors.slice(0, 5)) message += `\n  - ${brief(each)}`;
        if (error.errors.length > 5) message += `\n  - and ${error.errors.length - 5} more`;
      }
    } catch { /* what could be read stands */ }
    return message;
  }

  // What the host is told of a thrown value: [class, message, frames]. Never throws.
  internal.describe = function (thrown) {
    try {
      if (isError(thrown)) return [clean(nameOf(thrown)), clean(withReasons(thrown)), clean(framesOf(thrown))];
      const text = typeof thrown === 'string' ? `the string ${JSON.stringify(thrown)}`
        : thrown !== null && typeof thrown === 'object' ? `an object that is no Error: ${internal.inspect(thrown)}` : internal.inspect(thrown);
      return ['UncaughtValue', clean(`the program threw ${text}`), ''];
    } catch {
      return ['UncaughtValue', 'the program threw a value that cannot be described', ''];
    }
  };
})
