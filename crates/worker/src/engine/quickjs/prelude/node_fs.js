// The operations of node:fs, each once: `node_modules` makes its three forms of them.
(function (native, internal) {
  'use strict';
  const { Failure, nodeErrors: errors, files } = internal;
  const constants = Object.freeze(Object.assign(Object.create(null), {
    F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4, COPYFILE_EXCL: 1, COPYFILE_FICLONE: 2, COPYFILE_FICLONE_FORCE: 4,
    O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_NOCTTY: 256, O_TRUNC: 512, O_APPEND: 1024, O_NONBLOCK: 2048, O_DSYNC: 4096,
    O_DIRECT: 16384, O_DIRECTORY: 65536, O_NOFOLLOW: 131072, O_NOATIME: 262144, O_SYNC: 1052672,
    S_IFMT: 61440, S_IFREG: 32768, S_IFDIR: 16384, S_IFCHR: 8192, S_IFBLK: 24576, S_IFIFO: 4096, S_IFLNK: 40960, S_IFSOCK: 49152,
    S_IRWXU: 448, S_IRUSR: 256, S_IWUSR: 128, S_IXUSR: 64, S_IRWXG: 56, S_IRGRP: 32, S_IWGRP: 16, S_IXGRP: 8, S_IRWXO: 7, S_IROTH: 4, S_IWOTH: 2, S_IXOTH: 1,
    UV_DIRENT_UNKNOWN: 0, UV_DIRENT_FILE: 1, UV_DIRENT_DIR: 2, UV_DIRENT_LINK: 3, UV_DIRENT_FIFO: 4, UV_DIRENT_SOCKET: 5, UV_DIRENT_CHAR: 6, UV_DIRENT_BLOCK: 7,
  }));

  // Arguments.
  const CONTENT = 'of type string or an instance of Buffer, TypedArray, or DataView';
  function pathOf(path, name = 'path') {
    let text = path;
    if (path instanceof Uint8Array) text = internal.textOf(path);
    else if (typeof path === 'object' && path !== null && typeof path.href === 'string' && path.protocol === 'file:') text = decodeURIComponent(path.pathname);
    if (typeof text !== 'string') throw errors.type(name, 'of type string or an instance of Buffer or URL', path);
    if (text.includes('\0')) throw errors.value(name, 'must be a string, Uint8Array, or URL without null bytes', text);
    return internal.clean(text);
  }
  function optionsOf(options, usual = {}) {
    if (options === null || options === undefined || typeof options === 'function') return usual;
    if (typeof options === 'string') options = { encoding: options };
    else if (typeof options !== 'object') throw errors.type('options', 'one of type string or object', options);
    const { encoding } = options;
    if (encoding && encoding !== 'buffer' && internal.encodingOf(encoding) === undefined) throw errors.value('encoding', 'is invalid encoding', encoding);
    options.signal?.throwIfAborted?.();
    return { ...usual, ...options };
  }
  function modeOf(mode, usual) {
    if (mode === undefined || mode === null) return usual;
    if (typeof mode === 'string' && /^[0-7]+$/.test(mode)) return Number.parseInt(mode, 8);
    if (!Number.isInteger(mode) || mode < 0) throw errors.value('mode', 'must be a 32-bit unsigned integer or an octal string', mode);
    return mode & 0o7777;
  }
  function contentOf(data, encoding, name = 'data') {
    if (typeof data === 'string') return internal.bytesOf(data, internal.encodingOf(encoding) ?? 'utf8');
    const bytes = ArrayBuffer.isView(data) ? internal.viewOf(data) : undefined;
    if (bytes === undefined) throw errors.type(name, CONTENT, data);
    return bytes;
  }
  const given = (bytes, encoding) =>
    (encoding && encoding !== 'buffer' ? internal.textOf(bytes, internal.encodingOf(encoding)) : internal.bufferOf(bytes));
  const named = (name, encoding) => (encoding === 'buffer' ? internal.bufferOf(internal.bytesOf(name)) : name);

  // What a flag such as 'w' or O_WRONLY asks for.
  const letters = new Map(Object.entries({
    r: 0, rs: 0, sr: 0, 'r+': 2, 'rs+': 2, 'sr+': 2, w: 577, wx: 705, xw: 705, 'w+': 578, 'wx+': 706, 'xw+': 706,
    a: 1089, as: 1089, sa: 1089, ax: 1217, xa: 1217, 'a+': 1090, 'as+': 1090, 'sa+': 1090, 'ax+': 1218, 'xa+': 1218,
  }));
  function flagsOf(flag, usual) {
    const bits = flag === undefined || flag === null ? letters.get(usual) : typeof flag === 'number' ? flag : letters.get(flag);
    if (bits === undefined) throw errors.value('flags', 'is invalid', flag);
    const has = (bit) => (bits & bit) !== 0;
    return { read: (bits & 3) !== 1, write: (bits & 3) !== 0, create: has(64), exclusive: has(128), truncate: has(512), append: has(1024) };
  }
  const making = (flags) => (flags.exclusive && flags.create ? 'new' : flags.create ? 'ifMissing' : 'never');
  const placing = (flags) => (flags.append ? { place: 'append' } : flags.truncate ? { place: 'instead' } : { place: 'at', offset: 0 });

  // Results.
  const TYPE = Symbol('type');
  const types = { unknown: 0, file: 1, directory: 2, link: 3, pipe: 4, socket: 5, characterDevice: 6, blockDevice: 7 };
  class Dirent {
    constructor(name, parent, kind) {
      this.name = name;
      this.parentPath = parent;
      this.path = parent;
      this[TYPE] = types[kind] ?? 0;
    }
  }
  class Stats {
    constructor(stat, convert) {
      Object.assign(this, {
        dev: convert(stat.device), mode: convert(stat.mode), nlink: convert(stat.links), uid: convert(stat.uid), gid: convert(stat.gid),
        rdev: convert(stat.specialDevice), blksize: convert(stat.blockSize), ino: convert(stat.inode), size: convert(stat.size), blocks: convert(stat.blocks),
      });
      const times = { atime: stat.accessed, mtime: stat.modified, ctime: stat.changed, birthtime: stat.born ?? stat.changed };
      for (const [name, time] of Object.entries(times)) this[`${name}Ms`] = convert(files.milliseconds(time));
      if (convert === whole) for (const [name, time] of Object.entries(times)) this[`${name}Ns`] = BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanoseconds);
    }
  }
  const whole = (number) => BigInt(Math.floor(number));
  const describe = (stat, options) => new Stats(stat, options.bigint ? whole : Number);
  for (const time of ['atime', 'mtime', 'ctime', 'birthtime']) {
    Object.defineProperty(Stats.prototype, time, {
      get() { return new Date(Math.round(Number(this[`${time}Ms`]))); },
      set(value) { Object.defineProperty(this, time, { value, writable: true, configurable: true, enumerable: true }); },
      enumerable: true, configurable: true,
    });
  }
  for (const [method, bits, type] of [
    ['isFile', 32768, 1], ['isDirectory', 16384, 2], ['isSymbolicLink', 40960, 3], ['isFIFO', 4096, 4], ['isSocket', 49152, 5], ['isCharacterDevice', 8192, 6], ['isBlockDevice', 24576, 7],
  ]) {
    const define = (target, value) => Object.defineProperty(target, method, { value, writable: true, configurable: true, enumerable: false });
    define(Stats.prototype, { [method]() { return (Number(this.mode) & 61440) === bits; } }[method]);
    define(Dirent.prototype, { [method]() { return this[TYPE] === type; } }[method]);
  }

  // Steps.
  const is = (failure, code) => failure instanceof Failure && failure.code === code;
  // The same failure under the name that Node gives it.
  const renamed = (failure, changes) => (failure instanceof Failure ? new Failure({ ...failure, ...changes }) : failure);
  function* contentAt(path) {
    try {
      return yield* files.read(path);
    } catch (failure) {
      throw is(failure, 'EISDIR') ? renamed(failure, { syscall: 'read', path: undefined }) : failure;
    }
  }
  const join = (parent, name) => (parent === '' ? name : parent.endsWith('/') ? parent + name : `${parent}/${name}`);
  function* everything(top, shown) {
    const found = [];
    const open = [''];
    for (let at = 0; at < open.length; at++) {
      const below = open[at];
      const parent = below === '' ? top : join(top, below);
      for (const { name, kind } of yield* files.list(parent)) {
        const path = join(below, name);
        found.push(shown(name, parent, kind, path));
        if (kind === 'directory') open.push(path);
      }
    }
    return found;
  }
  function* times(path, atime, mtime) {
    const [accessed, modified] = [files.moment(atime), files.moment(mtime)];
    if (accessed === undefined || modified === undefined) throw errors.type(accessed === undefined ? 'atime' : 'mtime', 'of type number or an instance of Date', accessed === undefined ? atime : mtime);
    yield [{ op: 'setTimes', path, accessed, modified }];
  }
  function* copyTree(from, to, options) {
    if (options.filter && !options.filter(from, to)) return;
    const { kind } = yield [{ op: 'lstat', path: from }];
    if (kind === 'directory') {
      if (!options.recursive) throw errors.isDirectory('cp', from, 'Recursive option not enabled, cannot copy a directory');
      yield [{ op: 'mkdir', path: to, recursive: true }];
      for (const { name } of yield* files.list(from)) yield* copyTree(join(from, name), join(to, name), options);
    } else if (kind === 'link') {
      yield [{ op: 'symlink', target: yield [{ op: 'readLink', path: from }], path: to }];
    } else {
      try {
        yield [{ op: 'copyFile', path: from, to, create: options.force === false || options.errorOnExist ? 'new' : 'ifMissing' }];
      } catch (failure) {
        if (!is(failure, 'EEXIST') || options.errorOnExist) throw failure;
      }
    }
  }

  const operations = {
    * readFile(path, options) {
      const { encoding, flag } = optionsOf(options);
      if (internal.isHandle(path)) return given(yield* internal.handleRead(path), encoding);
      path = pathOf(path);
      const flags = flagsOf(flag, 'r');
      if (flags.create) yield* files.write(path, new Uint8Array(0), { create: making(flags), ...placing(flags) });
      return given(yield* contentAt(path), encoding);
    },
    * writeFile(path, data, options) { yield* put(path, data, options, 'w'); },
    * appendFile(path, data, options) { yield* put(path, data, options, 'a'); },
    * readdir(path, options) {
      const { withFileTypes, recursive, encoding } = optionsOf(options);
      path = pathOf(path);
      const shown = withFileTypes ? (name, parent, kind) => new Dirent(named(name, encoding), parent, kind) : (name, parent, kind, all) => named(all, encoding);
      if (recursive) return yield* everything(path, shown);
      return (yield* files.list(path)).map(({ name, kind }) => shown(name, path, kind, name));
    },
    * stat(path, options) { return yield* look('stat', path, options); },
    * lstat(path, options) { return yield* look('lstat', path, options); },
    * access(path, mode = 0) {
      path = pathOf(path);
      if (!Number.isInteger(mode)) throw errors.type('mode', 'of type number', mode);
      if (mode < 0 || mode > 7) throw errors.coded(new RangeError('mode is out of range: >= 0 && <= 7'), 'ERR_OUT_OF_RANGE');
      yield [{ op: 'access', path, read: (mode & 4) !== 0, write: (mode & 2) !== 0, execute: (mode & 1) !== 0 }];
    },
    * mkdir(path, options) {
      path = pathOf(path);
      const { recursive, mode } = typeof options === 'number' || typeof options === 'string' ? { mode: options } : options ?? {};
      const made = yield [{ op: 'mkdir', path, recursive: Boolean(recursive), mode: modeOf(mode, 0o777) }];
      if (!recursive || made === null) return undefined;
      const cwd = native.workingDirectory();
      // Node tells it as it was spelled.
      return !path.startsWith('/') && cwd && made.startsWith(`${cwd}/`) ? made.slice(cwd.length + 1) : made;
    },
    * rmdir(path, options) {
      path = pathOf(path);
      yield [{ op: options?.recursive ? 'removeAll' : 'rmdir', path }];
    },
    * rm(path, options) {
      path = pathOf(path);
      const { recursive, force } = optionsOf(options);
      try {
        const { kind } = yield [{ op: 'lstat', path }];
        if (kind === 'directory' && !recursive) throw errors.isDirectory('rm', path, 'Path is a directory');
        yield [{ op: kind === 'directory' ? 'removeAll' : 'unlink', path }];
      } catch (failure) {
        if (!(force && is(failure, 'ENOENT'))) throw failure;
      }
    },
    * unlink(path) { yield [{ op: 'unlink', path: pathOf(path) }]; },
    * rename(from, to) { yield [{ op: 'rename', path: pathOf(from, 'oldPath'), to: pathOf(to, 'newPath') }]; },
    * copyFile(from, to, mode = 0) {
      yield [{ op: 'copyFile', path: pathOf(from, 'src'), to: pathOf(to, 'dest'), create: (mode & 1) !== 0 ? 'new' : 'ifMissing' }];
    },
    * cp(from, to, options) { yield* copyTree(pathOf(from, 'src'), pathOf(to, 'dest'), optionsOf(options)); },
    * truncate(path, length = 0) {
      if (length !== null && !Number.isInteger(length)) throw errors.type('len', 'of type number', length);
      yield [{ op: 'truncate', path: pathOf(path), length: Math.max(0, length ?? 0) }];
    },
    * utimes(path, atime, mtime) { yield* times(pathOf(path), atime, mtime); },
    * symlink(target, path) { yield [{ op: 'symlink', target: pathOf(target, 'target'), path: pathOf(path) }]; },
    * readlink(path, options) { return named(yield [{ op: 'readLink', path: pathOf(path) }], optionsOf(options).encoding); },
    * realpath(path, options) { return named(yield [{ op: 'realPath', path: pathOf(path) }], optionsOf(options).encoding); },
    * mkdtemp(prefix, options) { return named(yield [{ op: 'mkdtemp', path: pathOf(prefix, 'prefix') }], optionsOf(options).encoding); },
    * chmod(path) {
      path = pathOf(path);
      try {
        yield [{ op: 'stat', path }];
      } catch (failure) {
        throw renamed(failure, { syscall: 'chmod' });
      }
      yield [{ op: 'chmod', path }];
    },
  };

  function* put(path, data, options, usual) {
    const { encoding, flag, mode } = optionsOf(options);
    const bytes = contentOf(data, encoding);
    if (internal.isHandle(path)) { yield* internal.handleWrite(path, bytes); return; }
    path = pathOf(path);
    const flags = flagsOf(flag, usual);
    yield* files.write(path, bytes, { create: making(flags), ...placing(flags), mode: modeOf(mode, 0o666) });
  }
  function* look(op, path, options) {
    const chosen = options ?? {};
    path = pathOf(path);
    try {
      return describe(yield [{ op, path }], chosen);
    } catch (failure) {
      if (chosen.throwIfNoEntry === false && (is(failure, 'ENOENT') || is(failure, 'ENOTDIR'))) return undefined;
      throw failure;
    }
  }

  internal.nodeFs = { constants, operations, Dirent, Stats, pathOf, optionsOf, modeOf, contentOf, given, flagsOf, making, placing, describe, contentAt, times, renamed };
})
