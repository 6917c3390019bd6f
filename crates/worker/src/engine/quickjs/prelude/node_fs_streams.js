// Streams of files: createReadStream and createWriteStream.
(function (native, internal) {
  'use strict';
  const fs = internal.nodeModule('node:fs');
  const { Readable, Writable, finished } = internal.nodeModule('node:stream');
  const { validateInteger, validateFunction } = internal.part('node_codes');
  const { codes: { ERR_OUT_OF_RANGE } } = internal.part('node_codes');

  const optionsOf = (options) => (typeof options === 'string' ? { encoding: options } : { ...options });
  // What both kinds share: the file is opened first, and closed with the stream.
  function prepare(stream, path, options, flags) {
    stream.fd = options.fd === undefined || options.fd === null ? null : (options.fd.fd ?? options.fd);
    stream.path = stream.fd === null ? path : undefined;
    stream.flags = options.flags ?? flags;
    stream.mode = options.mode ?? 0o666;
    stream.autoClose = options.autoClose !== false;
    stream.start = options.start;
    stream.pos = undefined;
    if (stream.start !== undefined) {
      validateInteger(stream.start, 'start', 0);
      stream.pos = stream.start;
    }
    internal.nodeFs.pathOf(stream.fd === null ? path : '/');
  }
  function construct(callback) {
    if (this.fd !== null) { callback(); return; }
    fs.open(this.path, this.flags, this.mode, (error, fd) => {
      if (error) {
        // Node opens a directory, and fails to read it.
        const directory = error.code === 'EISDIR' && this instanceof ReadStream;
        callback(directory ? internal.nodeErrors.system({ code: 'EISDIR', errno: 21, description: 'illegal operation on a directory', syscall: 'read' }) : error);
        return;
      }
      this.fd = fd;
      callback();
      this.emit('open', fd);
      this.emit('ready');
    });
  }
  function destroy(error, callback) {
    const { fd } = this;
    if (fd === null || !this.autoClose) { callback(error); return; }
    this.fd = null;
    fs.close(fd, (failed) => { callback(failed || error); });
  }
  function close(callback) {
    if (callback !== undefined) {
      validateFunction(callback, 'cb');
      if (this.closed) { internal.process.nextTick(callback); return; }
      this.once('close', callback);
    }
    if (this instanceof Writable) this.end();
    else this.destroy();
  }

  // Both are called with and without `new`.
  function ReadStream(path, options) {
    if (!(this instanceof ReadStream)) return new ReadStream(path, options);
    options = optionsOf(options);
    prepare(this, path, options, 'r');
    this.end = options.end ?? Infinity;
    if (this.end !== Infinity) {
      validateInteger(this.end, 'end', 0);
      if (this.start > this.end) throw new ERR_OUT_OF_RANGE('start', `<= "end" (here: ${this.end})`, this.start);
    }
    this.bytesRead = 0;
    Readable.call(this, { ...options, highWaterMark: options.highWaterMark ?? 64 * 1024 });
    return this;
  }
  Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
  Object.setPrototypeOf(ReadStream, Readable);
  ReadStream.prototype._construct = construct;
  ReadStream.prototype._destroy = destroy;
  ReadStream.prototype.close = close;
  ReadStream.prototype._read = function (size) {
    const from = this.pos ?? this.bytesRead;
    const left = this.end === Infinity ? size : Math.min(size, this.end - from + 1);
    if (left <= 0) { this.push(null); return; }
    fs.read(this.fd, internal.bufferOf(new Uint8Array(left)), 0, left, this.pos ?? null, (error, count, bytes) => {
      if (error) { this.destroy(error); return; }
      if (count === 0) { this.push(null); return; }
      this.bytesRead += count;
      if (this.pos !== undefined) this.pos += count;
      this.push(count === bytes.length ? bytes : bytes.subarray(0, count));
    });
  };
  Object.defineProperty(ReadStream.prototype, 'pending', { get() { return this.fd === null; }, configurable: true });

  function WriteStream(path, options) {
    if (!(this instanceof WriteStream)) return new WriteStream(path, options);
    options = optionsOf(options);
    prepare(this, path, options, options.start === undefined ? 'w' : 'r+');
    this.bytesWritten = 0;
    const { encoding } = options;
    Writable.call(this, { ...options, decodeStrings: true });
    if (encoding) this.setDefaultEncoding(encoding);
    return this;
  }
  Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
  Object.setPrototypeOf(WriteStream, Writable);
  WriteStream.prototype._construct = construct;
  WriteStream.prototype._destroy = destroy;
  WriteStream.prototype.close = close;
  WriteStream.prototype.destroySoon = Writable.prototype.end;
  WriteStream.prototype._write = function (data, encoding, callback) {
    fs.write(this.fd, data, 0, data.length, this.pos ?? null, (error, count) => {
      if (error) { callback(error); return; }
      this.bytesWritten += count;
      if (this.pos !== undefined) this.pos += count;
      callback();
    });
  };
  // What has piled up goes out in one write.
  WriteStream.prototype._writev = function (chunks, callback) {
    this._write(internal.bufferOf(internal.joined(chunks.map(({ chunk }) => chunk))), '', callback);
  };
  Object.defineProperty(WriteStream.prototype, 'pending', { get() { return this.fd === null; }, configurable: true });

  // The streams of an open file, which they close unless told otherwise.
  function ofHandle(Stream) {
    return function (handle, options) {
      const stream = new Stream(undefined, { ...optionsOf(options), fd: handle.fd, autoClose: false });
      if (options?.autoClose !== false) finished(stream, () => { handle.close(); });
      return stream;
    };
  }
  return {
    ReadStream, WriteStream, createReadStream: (path, options) => new ReadStream(path, options), createWriteStream: (path, options) => new WriteStream(path, options),
    readFrom: ofHandle(ReadStream), writeTo: ofHandle(WriteStream),
  };
})
