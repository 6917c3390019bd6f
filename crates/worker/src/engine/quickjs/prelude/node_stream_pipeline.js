// finished(), pipeline(), compose() and addAbortSignal() of node:stream.
(function (native, internal) {
  'use strict';
  const { codes, AbortError, validateFunction, validateObject, validateAbortSignal } = internal.part('node_codes');
  const { tick, isNode, isReadableNode, isWritableNode, isDestroyed, destroyAny } = internal.part('node_stream_state');
  const none = () => {};
  const premature = () => new codes.ERR_STREAM_PREMATURE_CLOSE();

  // Calls `work` when the signal is aborted, or in the next tick if it is; gives what stops that.
  function onAbort(signal, work) {
    if (signal === undefined || signal === null) return none;
    if (signal.aborted) { tick(work); return none; }
    signal.addEventListener('abort', work, { once: true });
    return () => { signal.removeEventListener('abort', work); };
  }

  // Calls back once the sides that matter are done, or the stream failed or closed before.
  function finished(stream, options, callback) {
    if (callback === undefined && typeof options === 'function') [options, callback] = [{}, options];
    options ??= {};
    validateObject(options, 'options');
    validateFunction(callback, 'callback');
    validateAbortSignal(options.signal, 'options.signal');
    if (!isNode(stream)) throw new codes.ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
    const wantsRead = options.readable ?? isReadableNode(stream);
    const wantsWrite = options.writable ?? isWritableNode(stream);
    const reading = stream._readableState, writing = stream._writableState;
    const isRead = () => (reading ? reading.endEmitted : stream.readableEnded === true) || stream.readable === false && !reading;
    const isWritten = () => (writing ? writing.finished : stream.writableFinished === true) || stream.writable === false && !writing;
    let hasRead = wantsRead && isRead(), hasWritten = wantsWrite && isWritten();
    // A stream that will say that it is closed is awaited until then.
    const closes = () => {
      const side = writing ?? reading;
      return Boolean(side?.autoDestroy && side.emitClose && side.closed === false)
        && Boolean(reading && reading.readable !== false) === wantsRead && Boolean(writing && writing.writable !== false) === wantsWrite;
    };
    const willClose = closes();
    const errorOf = () => writing?.errored || reading?.errored || undefined;

    let called = false;
    const call = (...args) => {
      if (called) return;
      called = true;
      stopAbort();
      internal.kept(callback).apply(stream, args);
    };
    const onSide = () => {
      // Destroyed already: 'close' may have been before.
      if (willClose && !stream.destroyed && (!stream.readable || !wantsRead) && (!stream.writable || !wantsWrite)) return;
      if (willClose && !isClosed(stream) && isDestroyed(stream)) return;
      if ((!wantsRead || hasRead) && (!wantsWrite || hasWritten)) call();
    };
    const onFinish = () => { hasWritten = true; onSide(); };
    const onEnd = () => { hasRead = true; onSide(); };
    const onError = (error) => { call(error); };
    const onClose = () => {
      const error = errorOf();
      if (error && typeof error !== 'boolean') { call(error); return; }
      if (wantsRead && !hasRead && !isRead() || wantsWrite && !hasWritten && !isWritten()) call(premature());
      else call();
    };
    const heard = [['end', onEnd], ['finish', onFinish], ['close', onClose], ['aborted', onClose]];
    if (options.error !== false) heard.push(['error', onError]);
    for (const [name, listener] of heard) stream.on(name, listener);
    const release = () => {
      called = true;
      stopAbort();
      for (const [name, listener] of heard) stream.removeListener(name, listener);
    };
    const stopAbort = onAbort(options.signal, () => {
      const told = callback;
      if (called) return;
      release();
      told.call(stream, new AbortError(undefined, { cause: options.signal.reason }));
    });
    if (isClosed(stream)) tick(onClose);
    else if (writing?.errorEmitted || reading?.errorEmitted) { if (!willClose) tick(onClose); }
    else if (!willClose && (!wantsRead || hasRead) && (!wantsWrite || hasWritten) && (hasRead || hasWritten)) tick(onClose);
    return release;
  }
  const isClosed = (stream) => Boolean(stream._writableState?.closed ?? stream._readableState?.closed ?? stream.closed);

  function addAbortSignal(signal, stream) {
    validateAbortSignal(signal, 'signal');
    if (signal === undefined) throw new codes.ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
    if (!isNode(stream)) throw new codes.ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
    const abort = () => { stream.destroy(new AbortError(undefined, { cause: signal.reason })); };
    if (signal.aborted) abort();
    else finished(stream, onAbort(signal, abort));
    return stream;
  }

  const isIterable = (value) => Boolean(value) && (typeof value[Symbol.asyncIterator] === 'function' || typeof value[Symbol.iterator] === 'function');
  // Streams of the web go through pipelines as those of Node.
  function ofNode(value) {
    const { Readable } = internal.part('node_stream_readable');
    if (isNode(value) || value === null || typeof value !== 'object') return value;
    if (value instanceof ReadableStream) return Readable.fromWeb(value, { objectMode: true });
    if (value instanceof WritableStream) return internal.part('node_stream_writable').Writable.fromWeb(value, { objectMode: true });
    if (value.readable instanceof ReadableStream && value.writable instanceof WritableStream) {
      return internal.part('node_stream_duplex').Duplex.fromWeb(value, { objectMode: true });
    }
    return value;
  }
  async function pump(source, target, end) {
    let failed;
    let wake = none;
    const release = finished(target, { readable: false }, (error) => { failed = error ?? premature(); wake(); });
    const drained = () => { wake(); };
    target.on('drain', drained);
    try {
      if (target.writableNeedDrain) await new Promise((resolve) => { wake = resolve; });
      for await (const chunk of source) {
        if (failed) throw failed;
        if (!target.write(chunk)) await new Promise((resolve) => { wake = resolve; if (failed) resolve(); });
        if (failed) throw failed;
      }
      release();
      if (end) target.end();
    } finally {
      release();
      target.off('drain', drained);
    }
  }

  // Carries out a pipeline; `callback(error, value)` once all of it is done.
  function run(parts, { signal, end = true }, callback) {
    const abort = new AbortController();
    const pending = new Set();
    const streams = [];
    let failure, value, isTold = false;
    const over = () => {
      if (isTold || pending.size > 0) return;
      isTold = true;
      stopAbort();
      tick(callback, failure, value);
    };
    const fail = (error) => {
      if (failure !== undefined && failure.code !== 'ERR_STREAM_PREMATURE_CLOSE') return;
      const isFirst = failure === undefined;
      failure = error;
      if (!isFirst) return;
      abort.abort();
      for (const task of [...pending]) if (!task.isStream) pending.delete(task);
      for (const { stream, settled } of streams) if (!settled()) destroyAny(stream, error);
    };
    const task = (isStream = false) => {
      const one = { isStream };
      pending.add(one);
      return (error) => {
        if (!pending.has(one)) return;
        if (error) fail(error);
        pending.delete(one);
        over();
      };
    };
    // Waits for the sides of a stream that this pipeline uses.
    function follow(stream, readable, writable) {
      let isSettled = false;
      const done = task(true);
      streams.push({ stream, settled: () => isSettled });
      finished(stream, { readable, writable }, (error) => {
        isSettled = !error;
        // What has all its data out may close before it says that it ended.
        done(error);
      });
    }
    const stopAbort = onAbort(signal, () => { fail(new AbortError(undefined, { cause: signal.reason })); over(); });
    const isStandard = (stream) => stream === internal.process.stdout || stream === internal.process.stderr;

    let current;
    parts.forEach((part, at) => {
      const isFirst = at === 0, isLast = at === parts.length - 1;
      if (typeof part === 'function') {
        const made = isFirst ? part({ signal: abort.signal }) : part(current, { signal: abort.signal });
        if (isLast && typeof made?.then === 'function') {
          const done = task();
          Promise.resolve(made).then((result) => { value = result; done(); }, done);
          current = made;
          return;
        }
        if (!isIterable(made)) throw new codes.ERR_INVALID_RETURN_VALUE(isLast ? 'AsyncIterable or Promise' : isFirst ? 'Iterable, AsyncIterable or Stream' : 'AsyncIterable', isFirst ? 'source' : `transform[${at - 1}]`, made);
        current = made;
        if (isLast && !isNode(made)) {
          current = new (internal.part('node_stream_duplex').PassThrough)({ objectMode: true });
          const done = task();
          follow(current, false, true);
          pump(made, current, true).then(() => { done(); }, done);
          return;
        }
        if (isNode(current)) follow(current, true, false);
        return;
      }
      if (!isNode(part)) { current = part; return; }
      const readable = !isLast, writable = !isFirst;
      if (isLast && (isStandard(part) || !end)) {
        part.on('error', fail);
      } else follow(part, readable, writable);
      if (!isFirst) {
        const ends = end && !isStandard(part) || !isLast;
        if (isNode(current)) {
          const source = current;
          source.pipe(part, { end: false });
          if (ends) { if (source.readableEnded) tick(() => part.end()); else source.once('end', () => { part.end(); }); }
          if (isLast && !ends) {
            const done = task();
            finished(source, { writable: false }, (error) => { part.removeListener('error', fail); done(error); });
          }
        } else {
          const done = task();
          pump(current, part, ends).then(() => { if (isLast && !ends) part.removeListener('error', fail); done(); }, done);
        }
      }
      current = part;
    });
    if (signal?.aborted) { fail(new AbortError(undefined, { cause: signal.reason })); over(); }
    return current;
  }
  function checked(parts) {
    if (parts.length === 1 && Array.isArray(parts[0])) [parts] = parts;
    if (parts.length < 2) throw new codes.ERR_MISSING_ARGS('streams');
    parts = parts.map(ofNode);
    parts.forEach((part, at) => {
      if (typeof part === 'function' || (at === 0 ? isReadableNode(part) || isIterable(part) : at === parts.length - 1 ? isWritableNode(part) : isReadableNode(part) && isWritableNode(part))) return;
      throw internal.part('node_stream_duplex').wrongBody(part);
    });
    return parts;
  }
  function pipeline(...parts) {
    const callback = parts.pop();
    validateFunction(callback, 'streams[stream.length - 1]');
    return run(checked(parts), {}, callback);
  }

  // One stream of many: what is written goes to the first, what is read comes from the last.
  function compose(...parts) {
    if (parts.length === 0) throw new codes.ERR_MISSING_ARGS('streams');
    const { Duplex, joined } = internal.part('node_stream_duplex');
    const made = parts.map((part) => {
      const one = ofNode(part);
      return typeof one === 'function' || !isNode(one) ? Duplex.from(one) : one;
    });
    if (made.length === 1) return Duplex.from(made[0]);
    made.forEach((one, at) => {
      if (at < made.length - 1 && !isReadableNode(one)) throw new codes.ERR_INVALID_ARG_VALUE(`streams[${at}]`, parts[at], 'must be readable');
      if (at > 0 && !isWritableNode(one)) throw new codes.ERR_INVALID_ARG_VALUE(`streams[${at}]`, parts[at], 'must be writable');
    });
    const whole = joined(made[0], made.at(-1), {});
    for (let at = 0; at + 1 < made.length; at++) made[at].pipe(made[at + 1]);
    for (const one of made) one.on('error', (error) => { whole.destroy(error); });
    return whole;
  }

  const promises = {
    finished(stream, options) {
      return new Promise((resolve, reject) => {
        const release = finished(stream, options ?? {}, (error) => {
          if (options?.cleanup) release();
          if (error) reject(error);
          else resolve();
        });
      });
    },
    pipeline(...parts) {
      return new Promise((resolve, reject) => {
        const last = parts.at(-1);
        let options = {};
        if (last && typeof last === 'object' && !isNode(last) && !isIterable(last) && !(last instanceof WritableStream) && !('readable' in last && 'writable' in last)) options = parts.pop();
        validateAbortSignal(options.signal, 'options.signal');
        run(checked(parts), options, (error, value) => { if (error) reject(error); else resolve(value); });
      });
    },
  };
  return { finished, pipeline, compose, addAbortSignal, promises };
})
