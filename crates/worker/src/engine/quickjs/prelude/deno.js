// Deno's functions for files, and what else of its namespace programs look at.
(function (native, internal) {
  'use strict';
  const { Failure, files, handles } = internal;
  const errors = {};
  for (const name of [
    'NotFound', 'PermissionDenied', 'ConnectionRefused', 'ConnectionReset', 'ConnectionAborted', 'NotConnected', 'AddrInUse', 'AddrNotAvailable', 'BrokenPipe',
    'AlreadyExists', 'InvalidData', 'TimedOut', 'Interrupted', 'WriteZero', 'WouldBlock', 'UnexpectedEof', 'BadResource', 'Http', 'Busy', 'NotSupported',
    'FilesystemLoop', 'IsADirectory', 'NetworkUnreachable', 'NotADirectory', 'NotCapable',
  ]) {
    // Where there is a Deno, the errors are its own.
    errors[name] = internal.denoErrors?.[name];
    if (errors[name] !== undefined) continue;
    errors[name] = { [name]: class extends Error {} }[name];
    Object.defineProperty(errors[name].prototype, 'name', { value: name, writable: true, configurable: true, enumerable: false });
  }
  // The class of each code, and the system's own words for it.
  const known = {
    ENOENT: ['NotFound', 'No such file or directory'], EACCES: ['PermissionDenied', 'Permission denied'], EPERM: ['PermissionDenied', 'Operation not permitted'],
    EEXIST: ['AlreadyExists', 'File exists'], EISDIR: ['IsADirectory', 'Is a directory'], ENOTDIR: ['NotADirectory', 'Not a directory'],
    ELOOP: ['FilesystemLoop', 'Too many levels of symbolic links'], EBUSY: ['Busy', 'Device or resource busy'], EAGAIN: ['WouldBlock', 'Resource temporarily unavailable'],
    EINVAL: [TypeError, 'Invalid argument'], ENOTSUP: [Error, 'Operation not supported'], ENOTEMPTY: [Error, 'Directory not empty'], EFBIG: [Error, 'File too large'],
    ENOSPC: [Error, 'No space left on device'], EDQUOT: [Error, 'Disk quota exceeded'], EXDEV: [Error, 'Invalid cross-device link'], EROFS: [Error, 'Read-only file system'],
    ENAMETOOLONG: [Error, 'File name too long'], EMFILE: [Error, 'Too many open files'], ENFILE: [Error, 'Too many open files in system'], EIO: [Error, 'Input/output error'],
    ENXIO: [Error, 'No such device or address'], EMLINK: [Error, 'Too many links'], ENOMEM: [Error, 'Cannot allocate memory'], ETXTBSY: [Error, 'Text file busy'],
  };

  // `call`: Deno's name for the operation, what access it needs, and whether its errors name paths.
  function told(call, failure) {
    const { code, errno, path, dest, detail } = failure;
    if (code === 'EACCES' && detail !== undefined) {
      return new errors.NotCapable(`Requires ${call.access} access to ${JSON.stringify(path)}: ${detail}`);
    }
    const [kind, text] = known[code] ?? [Error, failure.description ?? failure.message];
    const type = typeof kind === 'string' ? errors[kind] : kind;
    const places = call.silent || path === undefined ? '' : ` '${path}'${dest === undefined ? '' : ` -> '${dest}'`}`;
    const system = errno === undefined ? text : `${text} (os error ${errno}): ${call.name}${places}`;
    return Object.assign(new type(failure.text ?? `${system}${detail === undefined ? '' : ` (${detail})`}`), { code });
  }

  // Arguments.
  function pathOf(path) {
    if (typeof path === 'object' && path !== null && typeof path.href === 'string') {
      if (path.protocol !== 'file:') throw new TypeError('Must be a file URL');
      path = decodeURIComponent(path.pathname);
    }
    path = internal.clean(String(path));
    if (path.includes('\0')) throw Object.assign(new TypeError('file name contained an unexpected NUL byte'), { code: 'EINVAL' });
    return path;
  }
  const bytesOf = (data) => {
    if (!(data instanceof Uint8Array)) throw new TypeError(`expected type \`Uint8Array\`, got \`${data === null ? 'null' : typeof data}\``);
    return data;
  };
  const how = ({ append, create = true, createNew, mode } = {}) =>
    ({ create: createNew ? 'new' : create ? 'ifMissing' : 'never', place: append ? 'append' : 'instead', mode });

  const kindOf = (kind) => ({ isFile: kind === 'file', isDirectory: kind === 'directory', isSymlink: kind === 'link' });
  const dateOf = (time) => (time === undefined ? null : new Date(files.milliseconds(time)));
  const info = (stat) => ({
    ...kindOf(stat.kind), size: stat.size, mtime: dateOf(stat.modified), atime: dateOf(stat.accessed), birthtime: dateOf(stat.born), ctime: dateOf(stat.changed),
    dev: stat.device, ino: stat.inode, mode: stat.mode, nlink: stat.links, uid: stat.uid, gid: stat.gid, rdev: stat.specialDevice, blksize: stat.blockSize, blocks: stat.blocks,
    isBlockDevice: stat.kind === 'blockDevice', isCharDevice: stat.kind === 'characterDevice', isFifo: stat.kind === 'pipe', isSocket: stat.kind === 'socket',
  });

  function* temporary({ dir = '/tmp', prefix = '', suffix = '' } = {}, make) {
    const digits = Array.from({ length: 16 }, () => Math.floor(native.random() * 16).toString(16)).join('');
    const path = `${pathOf(dir).replace(/(.)\/$/, '$1')}/${prefix}${digits}${suffix}`;
    yield* make(path);
    return path;
  }
  function* remove(path, { recursive } = {}) {
    path = pathOf(path);
    const { kind } = yield [{ op: 'lstat', path }];
    yield [{ op: kind !== 'directory' ? 'unlink' : recursive ? 'removeAll' : 'rmdir', path }];
  }
  function* copy(from, to) {
    try {
      yield [{ op: 'copyFile', path: pathOf(from), to: pathOf(to) }];
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.code !== 'EISDIR') throw failure;
      const text = `the source path is neither a regular file nor a symlink to a regular file: copy '${failure.path}' -> '${failure.dest}'`;
      throw new Failure({ ...failure, code: 'EINVAL', text });
    }
  }

  const READ = 'read', WRITE = 'write';
  const operations = {
    readTextFile: ['readfile', READ, function* (path) { return internal.textOf(yield* files.read(pathOf(path))); }],
    readFile: ['readfile', READ, function* (path) { return yield* files.read(pathOf(path)); }],
    writeTextFile: ['writefile', WRITE, function* (path, text, options) { yield* files.write(pathOf(path), internal.bytesOf(String(text)), how(options)); }],
    writeFile: ['writefile', WRITE, function* (path, data, options) { yield* files.write(pathOf(path), bytesOf(data), how(options)); }],
    stat: ['stat', READ, function* (path) { return info(yield [{ op: 'stat', path: pathOf(path) }]); }],
    lstat: ['lstat', READ, function* (path) { return info(yield [{ op: 'lstat', path: pathOf(path) }]); }],
    mkdir: ['mkdir', WRITE, function* (path, { recursive = false, mode } = {}) { yield [{ op: 'mkdir', path: pathOf(path), recursive, mode }]; }],
    remove: ['remove', WRITE, remove],
    rename: ['rename', WRITE, function* (from, to) { yield [{ op: 'rename', path: pathOf(from), to: pathOf(to) }]; }],
    copyFile: ['copy', WRITE, copy],
    realPath: ['realpath', READ, function* (path) { return yield [{ op: 'realPath', path: pathOf(path) }]; }],
    readLink: ['readlink', READ, function* (path) { return yield [{ op: 'readLink', path: pathOf(path) }]; }],
    symlink: ['symlink', WRITE, function* (target, path) { yield [{ op: 'symlink', target: pathOf(target), path: pathOf(path) }]; }],
    truncate: ['truncate', WRITE, function* (path, length = 0) { yield [{ op: 'truncate', path: pathOf(path), length: Math.max(0, Math.trunc(length)) }]; }],
    utime: ['utime', WRITE, function* (path, atime, mtime) {
      const [accessed, modified] = [files.moment(atime), files.moment(mtime)];
      if (accessed === undefined || modified === undefined) throw new TypeError('Invalid time: expected a number of seconds or a Date');
      yield [{ op: 'setTimes', path: pathOf(path), accessed, modified }];
    }],
    chmod: ['chmod', WRITE, function* (path) { yield [{ op: 'stat', path: pathOf(path) }]; yield [{ op: 'chmod', path: pathOf(path) }]; }],
    makeTempDir: ['tmpdir', WRITE, (options) => temporary(options, function* (path) { yield [{ op: 'mkdir', path, mode: 0o700 }]; })],
    makeTempFile: ['tmpfile', WRITE, (options) => temporary(options, function* (path) { yield [{ op: 'writeFile', path, create: 'new', mode: 0o600 }]; })],
    open: ['open', READ, function* (path, options = { read: true }) {
      const { read = false, write = false, append = false, truncate = false, create = false, createNew = false, mode } = options;
      const flags = { read, write: write || append, create: create || createNew, exclusive: createNew, truncate, append };
      return new FsFile(yield* handles.open(pathOf(path), flags, mode));
    }],
    create: ['open', WRITE, (path) => operations.open[2](path, { read: true, write: true, create: true, truncate: true })],
  };
  const list = function* (path) {
    return (yield* files.list(pathOf(path))).map(({ name, kind }) => Object.assign(Object.create(null), { name, ...kindOf(kind) }));
  };

  const callOf = (name, access) => ({ name, access, silent: name === 'tmpdir' || name === 'tmpfile' });
  const now = (call, steps) => files.now(steps, (failure) => told(call, failure));
  const later = (call, steps) => files.later(steps, (failure) => told(call, failure));
  const called = (name, call) => Object.defineProperty(call, 'name', { value: name });

  class FsFile {
    #file;
    #readable;
    #writable;
    constructor(file) { this.#file = file; }
    #open() {
      if (this.#file === undefined) throw new errors.BadResource('Bad resource ID');
      return this.#file;
    }
    #with(name, steps) { return [callOf(name, name === READ ? READ : WRITE), steps(this.#open())]; }
    #reading(bytes) { return this.#with('read', function* (file) { return (yield* handles.read(file, bytes)) || (bytes.length === 0 ? 0 : null); }); }
    #writing(bytes) { return this.#with('write', (file) => handles.write(file, bytesOf(bytes))); }
    #stating() { return this.#with('stat', (file) => operations.stat[2](file.path)); }
    #timing(atime, mtime) { return this.#with('utime', (file) => operations.utime[2](file.path, atime, mtime)); }
    #truncating(length) { return this.#with('truncate', (file) => operations.truncate[2](file.path, length)); }
    readSync(bytes) { return now(...this.#reading(bytes)); }
    async read(bytes) { return later(...this.#reading(bytes)); }
    writeSync(bytes) { return now(...this.#writing(bytes)); }
    async write(bytes) { return later(...this.#writing(bytes)); }
    statSync() { return now(...this.#stating()); }
    async stat() { return later(...this.#stating()); }
    truncateSync(length) { return now(...this.#truncating(length)); }
    async truncate(length) { return later(...this.#truncating(length)); }
    utimeSync(atime, mtime) { return now(...this.#timing(atime, mtime)); }
    async utime(atime, mtime) { return later(...this.#timing(atime, mtime)); }
    // What was written is with the host.
    syncSync() { this.#open(); }
    async sync() { this.#open(); }
    syncDataSync() { this.#open(); }
    async syncData() { this.#open(); }
    isTerminal() { return false; }
    // Streams close the file at their end.
    get readable() {
      return (this.#readable ??= new ReadableStream({
        pull: async (controller) => {
          const bytes = new Uint8Array(65536);
          const count = await this.read(bytes);
          if (count !== null) { controller.enqueue(bytes.subarray(0, count)); return; }
          this.close();
          controller.close();
        },
        cancel: () => { this.close(); },
      }));
    }
    get writable() {
      const close = () => { this.close(); };
      return (this.#writable ??= new WritableStream({ write: async (chunk) => { await this.write(chunk); }, close, abort: close }));
    }
    seekSync(offset, whence) {
      const file = this.#open();
      const from = whence === 1 ? file.position : whence === 2 ? this.statSync().size : 0;
      const position = from + Number(offset);
      if (!(position >= 0)) throw Object.assign(new TypeError('Invalid argument (os error 22)'), { code: 'EINVAL' });
      return (file.position = position);
    }
    async seek(offset, whence) { return this.seekSync(offset, whence); }
    close() { this.#open(); this.#file = undefined; }
    [Symbol.dispose]() { this.#file = undefined; }
  }

  const Deno = { errors, FsFile, SeekMode: { Start: 0, Current: 1, End: 2 }, args: [] };
  for (const [name, [call, access, operation]] of Object.entries(operations)) {
    const target = callOf(call, access);
    Deno[`${name}Sync`] = called(`${name}Sync`, (...args) => now(target, operation(...args)));
    Deno[name] = called(name, async (...args) => {
      args.at(-1)?.signal?.throwIfAborted?.();
      return later(target, operation(...args));
    });
  }
  const LIST = callOf('readdir', READ);
  Deno.readDirSync = called('readDirSync', (path) => now(LIST, list(path))[Symbol.iterator]());
  Deno.readDir = called('readDir', (path) => {
    const entries = later(LIST, list(path));
    entries.catch(() => {});
    return { async* [Symbol.asyncIterator]() { yield* await entries; } };
  });
  Deno.cwd = called('cwd', () => {
    const cwd = native.workingDirectory();
    if (cwd === null || cwd === undefined) throw new errors.NotCapable('Requires read access to <CWD>: no working directory was granted: ask for it with permissions.cwd');
    return cwd;
  });
  // Nothing of the host's is in it.
  const variables = new Map();
  Deno.env = {
    get: (name) => variables.get(String(name)), has: (name) => variables.has(String(name)), toObject: () => Object.fromEntries(variables),
    set(name, value) { variables.set(String(name), String(value)); }, delete(name) { variables.delete(String(name)); },
  };

  // The program itself.
  Deno.exit = called('exit', (code) => internal.process.exit(code));
  Object.defineProperty(Deno, 'exitCode', {
    get: () => internal.process.exitCode ?? 0,
    set(code) {
      if (!Number.isInteger(code)) throw new TypeError(`Exit code must be an integer, got: ${internal.inspect(code)} (${typeof code})`);
      internal.process.exitCode = code;
    },
    enumerable: true, configurable: true,
  });
  Deno.inspect = called('inspect', (value, options) => internal.inspect(value, options));
  Deno.memoryUsage = called('memoryUsage', () => {
    const { rss, heapTotal, heapUsed, external } = internal.process.memoryUsage();
    return { rss, heapTotal, heapUsed, external };
  });
  Deno.hostname = called('hostname', () => 'localhost');
  Deno.execPath = called('execPath', () => '/usr/bin/deno');
  Deno.osRelease = called('osRelease', () => '6.1.0');
  Deno.osUptime = called('osUptime', () => Math.floor(native.now() / 1000) + 1000);
  Deno.loadavg = called('loadavg', () => [0, 0, 0]);
  Deno.uid = Deno.gid = () => 1000;
  Deno.unrefTimer = called('unrefTimer', () => {});
  Deno.refTimer = called('refTimer', () => {});
  const arch = native.architecture === 'arm64' ? 'aarch64' : 'x86_64';
  Object.assign(Deno, {
    pid: 1, ppid: 0, noColor: true, mainModule: 'file:///program.ts', customInspect: Symbol('Deno.customInspect'),
    version: { deno: '2.9.0', v8: '14.0.0', typescript: '5.9.2' },
    build: { target: `${arch}-unknown-linux-gnu`, arch, os: 'linux', vendor: 'unknown', env: 'gnu', standalone: false },
  });
  class Output {
    constructor(rid) { Object.defineProperty(this, 'rid', { value: rid }); }
    writeSync(bytes) { native.write(internal.clean(internal.textOf(bytesOf(bytes)))); return bytes.length; }
    async write(bytes) { return this.writeSync(bytes); }
    isTerminal() { return false; }
    close() {}
    get writable() { return new WritableStream({ write: (chunk) => { this.writeSync(chunk); } }); }
  }
  // Nobody types.
  Deno.stdin = {
    readSync: () => null, async read() { return null; }, isTerminal: () => false, close() {}, setRaw() {},
    get readable() { return new ReadableStream({ start(controller) { controller.close(); } }); },
  };
  Deno.stdout = new Output(1);
  Deno.stderr = new Output(2);
  Deno.permissions = { async query({ name }) { return { name, state: 'prompt', onchange: null, partial: false }; } };

  for (const [names, advice] of [
    [['test', 'bench'], 'no tests are run here; compare with node:assert'],
    [['serve', 'listen', 'listenTls', 'listenDatagram', 'connect', 'connectTls', 'startTls', 'resolveDns', 'serveHttp', 'upgradeWebSocket', 'createHttpClient'],
      'a program has no sockets of its own; use fetch, which reaches the hosts that were granted'],
    [['Command', 'run', 'kill'], 'a program starts no processes; use the tools of MCP servers'],
    [['dlopen'], 'no native code is loaded'],
    [['openKv', 'cron'], 'nothing is kept between programs but files'],
    [['watchFs'], 'nothing tells of changes; look with stat()'],
    [['chdir'], 'the working directory is that of permissions.cwd; use absolute paths'],
    [['consoleSize'], 'no terminal is attached'],
    [['link', 'linkSync'], 'hard links are not made; use copyFile()'],
    [['chown', 'chownSync'], 'owners stay as they are'],
    [['addSignalListener', 'removeSignalListener'], 'no signals come'],
  ]) {
    for (const name of names) Deno[name] = { [name]: function () { throw internal.unsupported(`Deno.${name}`, advice); } }[name];
  }
  Object.defineProperty(globalThis, 'Deno', { value: Deno, writable: true, configurable: true, enumerable: false });
})
