// Errors: stacks with the user's own lines, the tool error class, and how an ending is described.
(function (native, internal) {
  'use strict';

  function header(error) {
    let name, message;
    try { name = String(error.name ?? 'Error'); } catch { name = 'Error'; }
    try { message = String(error.message ?? ''); } catch { message = ''; }
    return message === '' ? name : `${name}: ${message}`;
  }

  function frameOf(site) {
    const file = site.getFileName();
    const line = site.getLineNumber();
    if (file !== 'program.ts' || line == null || line < 1) return null;
    const place = native.position(line, site.getColumnNumber() ?? 1);
    const name = site.getFunctionName();
    return name && name !== '<anonymous>' && name !== '<eval>'
      ? `    at ${name} (${place})` : `    at ${place}`;
  }

  // Assigned, not defined: the engine keeps what its own setter is given.
  Error.prepareStackTrace = function (error, sites) {
    const lines = [header(error)];
    for (const site of sites) {
      const frame = frameOf(site);
      if (frame !== null) lines.push(frame);
    }
    return lines.join('\n');
  };

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
  Object.defineProperty(globalThis, 'McpToolError', {
    value: McpToolError, writable: true, configurable: true, enumerable: false,
  });
  internal.McpToolError = McpToolError;

  const frames = (stack) =>
    typeof stack === 'string'
      ? stack.split('\n').filter((line) => /^ {4}at /.test(line)).slice(0, 30).join('\n') : '';

  const clean = (text) => (text.isWellFormed() ? text : text.toWellFormed());
  internal.clean = clean;
  // Anything as a promise whose rejection is the worker's to tell.
  internal.awaited = function (value) {
    const promise = Promise.resolve(value);
    promise.catch(() => {});
    return promise;
  };

  // What the host is told of a thrown value: [class, message, frames]. Never throws.
  internal.describe = function (thrown) {
    try {
      if (thrown instanceof Error) {
        const name = String(thrown.name || 'Error');
        let message = String(thrown.message ?? '');
        let cause = thrown.cause;
        for (let depth = 0; cause !== undefined && depth < 4; depth++) {
          message += `\n  caused by ${cause instanceof Error ? header(cause) : internal.inspect(cause)}`;
          cause = cause instanceof Error ? cause.cause : undefined;
        }
        if (thrown instanceof AggregateError && Array.isArray(thrown.errors)) {
          for (const each of thrown.errors.slice(0, 5)) {
            message += `\n  - ${each instanceof Error ? header(each) : internal.inspect(each)}`;
          }
        }
        return [clean(name), clean(message), clean(frames(thrown.stack))];
      }
      const what = typeof thrown === 'string' ? thrown : internal.inspect(thrown);
      const text = typeof thrown === 'string' ? `the string ${JSON.stringify(what)}`
        : thrown !== null && typeof thrown === 'object' ? `an object that is no Error: ${what}` : what;
      return ['UncaughtValue', clean(`the program threw ${text}`), ''];
    } catch {
      return ['UncaughtValue', 'the program threw a value that cannot be described', ''];
    }
  };
})
