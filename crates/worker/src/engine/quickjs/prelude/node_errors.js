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

  // An error of Node's own, which shows its code: `TypeError [ERR_X]: ...`.
  function coded(error, code) {
    internal.showsCode(error);
    Object.defineProperty(error, 'toString', { value: showName, writable: true, configurable: true, enumerable: false });
    return property(error, 'code', code);
  }
  const showName = function toString() { return `${this.name} [${this.code}]: ${this.message}`; };
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

  // Names and numbers of the system's errors.
  internal.systemErrors = () => Object.entries({
    EPERM: 1, ENOENT: 2, EINTR: 4, EIO: 5, ENXIO: 6, E2BIG: 7, EBADF: 9, EAGAIN: 11, ENOMEM: 12, EACCES: 13, EFAULT: 14, EBUSY: 16, EEXIST: 17, EXDEV: 18, ENODEV: 19,
    ENOTDIR: 20, EISDIR: 21, EINVAL: 22, ENFILE: 23, EMFILE: 24, ETXTBSY: 26, EFBIG: 27, ENOSPC: 28, ESPIPE: 29, EROFS: 30, EMLINK: 31, EPIPE: 32, ENAMETOOLONG: 36,
    ENOSYS: 38, ENOTEMPTY: 39, ELOOP: 40, ENOTSOCK: 88, EADDRINUSE: 98, EADDRNOTAVAIL: 99, ENETUNREACH: 101, ECONNABORTED: 103, ECONNRESET: 104, EISCONN: 106,
    ENOTCONN: 107, ETIMEDOUT: 110, ECONNREFUSED: 111, EHOSTUNREACH: 113, EALREADY: 114, EINPROGRESS: 115, EDQUOT: 122, ECANCELED: 125,
  });

  internal.nodeErrors = { system, isDirectory, coded, type, value, range, unsupported };
})
