// Errors as Node words them: of the system, and of arguments.
(function (native, internal) {
  'use strict';
  const property = (target, key, value) => Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: true });

  // Such as `ENOENT: no such file or directory, open '/x'`. `changes` says what Node calls otherwise.
  function system(failure, changes) {
    const { code, errno, description, syscall, path, dest, detail } = { ...failure, ...changes };
    if (description === undefined) return property(new Error(failure.message), 'code', code);
    const places = path === undefined ? '' : ` '${path}'${dest === undefined ? '' : ` -> '${dest}'`}`;
    const error = new Error(`${code}: ${description}, ${syscall}${places}${detail === undefined ? '' : ` (${detail})`}`);
    property(error, 'errno', -errno);
    property(error, 'code', code);
    property(error, 'syscall', syscall);
    if (path !== undefined) property(error, 'path', path);
    if (dest !== undefined) property(error, 'dest', dest);
    return error;
  }

  class SystemError extends Error {
    constructor(message, code, info) {
      super(message);
      for (const [key, value] of Object.entries({ code, info, errno: info.errno, syscall: info.syscall, path: info.path })) property(this, key, value);
    }
    get name() { return 'SystemError'; }
  }
  const isDirectory = (syscall, path, problem) =>
    new SystemError(`${problem}: ${syscall} returned EISDIR (is a directory) ${path}`, 'ERR_FS_EISDIR', { code: 'EISDIR', message: 'is a directory', path, syscall, errno: 21 });

  const coded = (error, code) => property(error, 'code', code);
  function received(value) {
    if (value === null || value === undefined) return `Received ${value}`;
    if (typeof value === 'function') return `Received function ${value.name}`;
    if (typeof value === 'object') {
      const name = value.constructor?.name;
      return name ? `Received an instance of ${name}` : `Received ${internal.inspect(value, { depth: -1 })}`;
    }
    const shown = internal.inspect(value);
    return `Received type ${typeof value} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
  }
  const type = (name, expected, value) => coded(new TypeError(`The "${name}" ${name.includes('.') ? 'property' : 'argument'} must be ${expected}. ${received(value)}`), 'ERR_INVALID_ARG_TYPE');
  const value = (name, problem, given) => coded(new TypeError(`The argument '${name}' ${problem}. Received ${internal.inspect(given)}`), 'ERR_INVALID_ARG_VALUE');
  const range = (name, expected, given) => coded(new RangeError(`The value of "${name}" is out of range. It must be ${expected}. Received ${internal.inspect(given)}`), 'ERR_OUT_OF_RANGE');
  const { unsupported } = internal;

  internal.nodeErrors = { system, isDirectory, coded, type, value, range, unsupported };
})
