// Streams of Node as those of the web, and the other way round: toWeb() and fromWeb().
(function (native, internal) {
  'use strict';
  const { Readable, Writable, Duplex, finished } = internal.nodeModule('node:stream');
  const bytesOf = (chunk) => (internal.Buffer !== undefined && chunk instanceof internal.Buffer ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength) : chunk);

  function newReadableStreamFromStreamReadable(source, options = {}) {
    const { readableObjectMode: objects, readableHighWaterMark: highWaterMark } = source;
    const strategy = options.strategy ?? (objects ? { highWaterMark } : new ByteLengthQueuingStrategy({ highWaterMark }));
    let stopped = false;
    return new ReadableStream({
      start(controller) {
        source.pause();
        finished(source, { writable: false }, (error) => {
          if (stopped) return;
          stopped = true;
          if (error) controller.error(error);
          else controller.close();
        });
        source.on('data', (chunk) => {
          if (stopped) return;
          controller.enqueue(bytesOf(chunk));
          if (controller.desiredSize <= 0) source.pause();
        });
      },
      pull() { source.resume(); },
      cancel(reason) { stopped = true; source.destroy(reason); },
    }, strategy);
  }
  function reading(reader, stream) {
    reader.read().then(({ done, value }) => { stream.push(done ? null : value); }, (error) => { stream.destroy(error); });
  }
  function newStreamReadableFromReadableStream(source, options = {}) {
    const reader = source.getReader();
    let closed = false;
    reader.closed.then(() => { closed = true; }, () => { closed = true; });
    return new Readable({
      ...options,
      read() { reading(reader, this); },
      destroy(error, done) {
        if (closed) { done(error); return; }
        reader.cancel(error).then(() => { done(error); }, (failed) => { done(failed); });
      },
    });
  }

  // Writes of the web resolve once what was written has been taken.
  function newWritableStreamFromStreamWritable(sink) {
    const { writableHighWaterMark: highWaterMark } = sink;
    let failed;
    sink.on('error', (error) => { failed = error; });
    return new WritableStream({
      async write(chunk) {
        if (sink.write(chunk)) return;
        await new Promise((resolve, reject) => {
          const end = (error) => { sink.removeListener('drain', end).removeListener('close', end); if (error ?? failed) reject(error ?? failed); else resolve(); };
          sink.once('drain', end).once('close', end);
        });
      },
      close: () => new Promise((resolve, reject) => {
        finished(sink, { readable: false }, (error) => { if (error) reject(error); else resolve(); });
        sink.end();
      }),
      abort(reason) { sink.destroy(reason); },
    }, { highWaterMark });
  }
  const writing = (writer, chunk, done) => { writer.ready.then(() => writer.write(chunk)).then(() => { done(); }, done); };
  function newStreamWritableFromWritableStream(sink, options = {}) {
    const writer = sink.getWriter();
    return new Writable({
      ...options,
      write(chunk, encoding, done) { writing(writer, bytesOf(chunk), done); },
      final(done) { writer.close().then(() => { done(); }, done); },
      destroy(error, done) {
        if (error === null) { done(); return; }
        writer.abort(error).then(() => { done(error); }, () => { done(error); });
      },
    });
  }

  function newStreamDuplexFromReadableWritablePair({ readable, writable }, options = {}) {
    const reader = readable.getReader(), writer = writable.getWriter();
    return new Duplex({
      ...options,
      read() { reading(reader, this); },
      write(chunk, encoding, done) { writing(writer, bytesOf(chunk), done); },
      final(done) { writer.close().then(() => { done(); }, done); },
      destroy(error, done) {
        if (error === null) { done(); return; }
        Promise.allSettled([reader.cancel(error), writer.abort(error)]).then(() => { done(error); });
      },
    });
  }
  const newReadableWritablePairFromDuplex = (duplex) => ({
    readable: newReadableStreamFromStreamReadable(duplex), writable: newWritableStreamFromStreamWritable(duplex),
  });
  return {
    newReadableStreamFromStreamReadable, newStreamReadableFromReadableStream, newWritableStreamFromStreamWritable, newStreamWritableFromWritableStream,
    newStreamDuplexFromReadableWritablePair, newReadableWritablePairFromDuplex,
  };
})
