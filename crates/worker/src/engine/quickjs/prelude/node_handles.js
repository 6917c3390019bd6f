// Open files and directories as Node shows them: numbers, FileHandle, Dir.
(function (native, internal) {
  'use strict';
  const { Failure, files, handles, nodeErrors: errors, nodeFs: fs } = internal;
  const { operations } = fs;
  const open = new Map();
  let last = internal.firstNumber ?? 9;
  const told = (failure) => errors.system(failure);
  const later = (steps) => files.later(steps, told);

  class FileHandle {
    #fd;
    constructor(fd) { this.#fd = fd; }
    static is(value) { return typeof value === 'object' && value !== null && #fd in value; }
    get fd() { return this.#fd; }
    async read(...args) { return later(operations.read(this.#fd, ...args)); }
    async write(...args) { return later(operations.write(this.#fd, ...args)); }
    async readFile(options) { return later(operations.readFile(this.#fd, options)); }
    async writeFile(data, options) { return later(operations.writeFile(this.#fd, data, options)); }
    async appendFile(data, options) { return later(operations.appendFile(this.#fd, data, options)); }
    async stat(options) { return later(operations.fstat(this.#fd, options)); }
    async truncate(length) { return later(operations.ftruncate(this.#fd, length)); }
    async utimes(atime, mtime) { return later(operations.futimes(this.#fd, atime, mtime)); }
    async chmod() { return later(operations.fchmod(this.#fd)); }
    async sync() { return later(operations.fsync(this.#fd)); }
    async datasync() { return later(operations.fdatasync(this.#fd)); }
    async close() {
      if (this.#fd === -1) return;
      open.delete(this.#fd);
      this.#fd = -1;
    }
    async* readLines(options) {
      const text = await this.readFile({ encoding: 'utf8', ...options });
      const lines = text.split(/\r\n|\n|\r/);
      if (lines.at(-1) === '') lines.pop();
      yield* lines;
    }
    createReadStream(options) { return internal.part('fs_streams').readFrom(this, options); }
    createWriteStream(options) { return internal.part('fs_streams').writeTo(this, options); }
    readableWebStream() { throw errors.unsupported('readableWebStream', 'read the file with readFile(), or in parts with read()'); }
    [Symbol.asyncDispose]() { return this.close(); }
  }
  const numberOf = (fd) => (FileHandle.is(fd) ? fd.fd : fd);
  internal.isOpen = (value) => FileHandle.is(value) || open.has(value);
  internal.isHandle = (value) => typeof value === 'number' || FileHandle.is(value);

  function entry(fd, syscall) {
    fd = numberOf(fd);
    if (typeof fd !== 'number') throw errors.type('fd', 'of type number', fd);
    const file = open.get(fd);
    const allowed = file !== undefined && (syscall !== 'read' || file.flags.read) && (syscall !== 'write' || file.flags.write);
    if (!allowed) throw new Failure({ code: 'EBADF', errno: 9, description: 'bad file descriptor', syscall });
    return file;
  }
  internal.handleRead = function* (fd) { return yield* handles.rest(entry(fd, 'read')); };
  internal.handleWrite = function* (fd, bytes) { yield* handles.write(entry(fd, 'write'), bytes); };

  // The part of a buffer that a call means, and the position in the file: undefined for the current one.
  function part(buffer, offset, length, position) {
    if (buffer === undefined || buffer === null || (typeof buffer === 'object' && !ArrayBuffer.isView(buffer))) {
      ({ buffer = internal.bufferOf(new Uint8Array(16384)), offset, length, position } = buffer ?? {});
    } else if (typeof offset === 'object' && offset !== null) {
      ({ offset, length, position } = offset);
    }
    if (!ArrayBuffer.isView(buffer)) throw errors.type('buffer', 'an instance of Buffer, TypedArray, or DataView', buffer);
    const all = internal.viewOf(buffer);
    offset ??= 0;
    length ??= all.length - offset;
    if (!Number.isInteger(offset) || offset < 0 || offset > all.length) throw errors.range('offset', `>= 0 && <= ${all.length}`, offset);
    if (!Number.isInteger(length) || length < 0 || length > all.length - offset) throw errors.range('length', `>= 0 && <= ${all.length - offset}`, length);
    return { buffer, bytes: all.subarray(offset, offset + length), at: place(position) };
  }
  const place = (position) => (position === undefined || position === null || Number(position) < 0 ? undefined : Number(position));

  Object.assign(operations, {
    * open(path, flags, mode) {
      path = fs.pathOf(path);
      const file = yield* handles.open(path, fs.flagsOf(flags, 'r'), fs.modeOf(mode, 0o666));
      open.set(++last, file);
      return last;
    },
    * close(fd) {
      entry(fd, 'close');
      open.delete(numberOf(fd));
    },
    * read(fd, ...args) {
      const file = entry(fd, 'read');
      const { buffer, bytes, at } = part(...args);
      return { bytesRead: yield* handles.read(file, bytes, at), buffer };
    },
    * write(fd, data, ...rest) {
      const file = entry(fd, 'write');
      const { buffer, bytes, at } = typeof data === 'string'
        ? { buffer: data, bytes: fs.contentOf(data, rest[1]), at: place(rest[0]) } : part(data, ...rest);
      return { bytesWritten: yield* handles.write(file, bytes, at), buffer };
    },
    * fstat(fd, options) {
      const { path } = entry(fd, 'fstat');
      return fs.describe(yield [{ op: 'stat', path }], options ?? {});
    },
    * ftruncate(fd, length) { yield* operations.truncate(entry(fd, 'ftruncate').path, length); },
    * futimes(fd, atime, mtime) { yield* fs.times(entry(fd, 'futime').path, atime, mtime); },
    * fchmod(fd) { yield* operations.chmod(entry(fd, 'fchmod').path); },
    // What was written is with the host.
    * fsync(fd) { entry(fd, 'fsync'); },
    * fdatasync(fd) { entry(fd, 'fdatasync'); },
    * opendir(path, options) {
      let entries;
      try {
        entries = yield* operations.readdir(path, { ...options, withFileTypes: true });
      } catch (failure) {
        throw fs.renamed(failure, { syscall: 'opendir' });
      }
      return new Dir(String(path), entries);
    },
  });

  class Dir {
    #entries;
    constructor(path, entries) {
      this.path = path;
      this.#entries = entries;
    }
    readSync() { return this.#entries.shift() ?? null; }
    async read() { return this.readSync(); }
    closeSync() { this.#entries = []; }
    async close() { this.closeSync(); }
    async* [Symbol.asyncIterator]() { yield* this.#entries.splice(0); }
    async [Symbol.asyncDispose]() { this.closeSync(); }
  }

  Object.assign(fs, { FileHandle, Dir });
})
