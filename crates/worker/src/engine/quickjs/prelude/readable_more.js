// What is done with whole readable streams: tee, pipe, iteration, streams of what can be iterated.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, isObject } = web;
  const { deferred, quiet, state } = internal.part('web:streams');
  const { create, acquire, release, read, cancel } = internal.part('web:readable');

  function tee(stream) {
    const { isBytes } = stream.controller;
    const reader = acquire(stream);
    const over = deferred();
    const gone = [false, false], reasons = [undefined, undefined];
    let reading = false, again = false;
    const branches = [];
    const each = (act) => { for (const at of [0, 1]) if (!gone[at]) act(branches[at].controller, at); };
    function pull() {
      if (reading) { again = true; return; }
      reading = true;
      read(reader, {
        chunk(chunk) {
          queueMicrotask(() => {
            again = false;
            // Bytes are given away with their buffer: each branch gets its own.
            const other = isBytes && !gone[0] && !gone[1] ? chunk.slice() : chunk;
            each((controller, at) => { controller.enqueue(at === 0 ? chunk : other); });
            reading = false;
            if (again) pull();
          });
        },
        close() {
          reading = false;
          each((controller) => {
            controller.close();
            if (isBytes && controller.pulls.length > 0) controller.respond(0);
          });
          if (!gone[0] || !gone[1]) over.resolve();
        },
        error() { reading = false; },
      });
    }
    for (const at of [0, 1]) {
      const onCancel = (reason) => {
        gone[at] = true;
        reasons[at] = reason;
        if (gone[1 - at]) over.resolve(cancel(stream, reasons));
        return over.promise;
      };
      branches.push((isBytes ? internal.part('web:readable_bytes').create : create)({ pull, cancel: onCancel, mark: isBytes ? 0 : 1 }));
    }
    reader.closed.promise.then(undefined, (error) => {
      for (const { controller } of branches) controller.fail(error);
      if (!gone[0] || !gone[1]) over.resolve();
    });
    return branches;
  }

  function pipe(source, sink, { preventAbort, preventCancel, preventClose, signal }) {
    const writing = internal.part('web:writable');
    const reader = acquire(source);
    const writer = writing.acquire(sink);
    const ended = deferred();
    source.disturbed = true;
    let ending = false, lastWrite = Promise.resolve(), unfollow = () => {};
    const isWritable = () => sink.state === 'writable' && !writing.isClosing(sink);

    const written = () => {
      const waited = lastWrite;
      return waited.then(() => (waited === lastWrite ? undefined : written()));
    };
    function settle(failed, error) {
      writing.release(writer);
      release(reader);
      unfollow();
      if (failed) ended.reject(error); else ended.resolve();
    }
    function end(action, failed = false, error = undefined) {
      if (ending) return;
      ending = true;
      const act = () => {
        if (action === undefined) settle(failed, error);
        else action().then(() => settle(failed, error), (other) => settle(true, other));
      };
      if (isWritable()) written().then(act); else act();
    }
    function aborted() {
      const error = signal.reason;
      const actions = [];
      if (!preventAbort) actions.push(() => (sink.state === 'writable' ? writing.abort(sink, error) : Promise.resolve()));
      if (!preventCancel) actions.push(() => (source.state === 'readable' ? cancel(source, error) : Promise.resolve()));
      end(() => Promise.all(actions.map((action) => action())), true, error);
    }
    const step = () => (ending ? Promise.resolve(true) : writer.ready.promise.then(() => new Promise((resolve, reject) => {
      read(reader, {
        chunk(chunk) { lastWrite = writing.write(writer, chunk).then(undefined, () => {}); resolve(false); },
        close() { resolve(true); },
        error: reject,
      });
    })));
    const loop = () => step().then((isDone) => (isDone ? undefined : loop()));

    const sourceFailed = (error) => { end(preventAbort ? undefined : () => writing.abort(sink, error), true, error); };
    const sinkFailed = (error) => { end(preventCancel ? undefined : () => cancel(source, error), true, error); };
    const sourceClosed = () => { end(preventClose ? undefined : () => writing.closeSoftly(writer)); };
    if (signal !== undefined) {
      if (signal.aborted) { aborted(); return ended.promise; }
      unfollow = internal.follow(signal, aborted);
    }
    if (source.state === 'errored') sourceFailed(source.error); else reader.closed.promise.then(undefined, sourceFailed);
    if (sink.state === 'errored') sinkFailed(sink.error); else writer.closed.promise.then(undefined, sinkFailed);
    if (source.state === 'closed') sourceClosed(); else reader.closed.promise.then(sourceClosed, () => {});
    if (writing.isClosing(sink) || sink.state === 'closed') {
      const error = state('Destination WritableStream is closed');
      end(preventCancel ? undefined : () => cancel(source, error), true, error);
    }
    quiet(loop());
    return ended.promise;
  }

  const iterators = new WeakMap();
  const prototype = Object.setPrototypeOf({
    next() {
      const state = iterators.get(this);
      if (state === undefined) return Promise.reject(web.wrongThis('ReadableStreamAsyncIterator'));
      const next = () => (state.isDone ? Promise.resolve({ done: true, value: undefined }) : new Promise((resolve, reject) => {
        const { reader } = state;
        const over = () => { state.isDone = true; if (reader.stream !== undefined) release(reader); };
        read(reader, {
          chunk(value) { resolve({ value, done: false }); },
          close() { over(); resolve({ done: true, value: undefined }); },
          error(error) { over(); reject(error); },
        });
      }));
      state.last = state.last === undefined ? next() : state.last.then(next, next);
      return state.last;
    },
    return(value) {
      const state = iterators.get(this);
      if (state === undefined) return Promise.reject(web.wrongThis('ReadableStreamAsyncIterator'));
      const end = () => {
        if (state.isDone) return Promise.resolve({ done: true, value });
        state.isDone = true;
        const { reader } = state;
        const gone = state.preventCancel ? Promise.resolve() : cancel(reader.stream, value);
        release(reader);
        return gone.then(() => ({ done: true, value }));
      };
      state.last = state.last === undefined ? end() : state.last.then(end, end);
      return state.last;
    },
  }, Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)));
  function iterate(stream, preventCancel) {
    const iterator = Object.create(prototype);
    iterators.set(iterator, { reader: acquire(stream), preventCancel, isDone: false, last: undefined });
    return iterator;
  }

  function from(iterable) {
    const asked = isObject(iterable) || typeof iterable === 'string' ? iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator] : undefined;
    if (typeof asked !== 'function') throw coded(TypeError, 'ERR_ARG_NOT_ITERABLE', `${internal.inspect(iterable)} must be iterable`);
    const iterator = asked.call(iterable);
    if (!isObject(iterator)) throw state('The iterator method must return an object');
    const next = iterator.next;
    const stream = create({
      mark: 0,
      async pull() {
        const result = await next.call(iterator);
        if (!isObject(result)) throw state('The promise returned by the iterator.next() method must fulfill with an object');
        if (result.done) stream.controller.close(); else stream.controller.enqueue(await result.value);
      },
      async cancel(reason) {
        const end = iterator.return;
        if (end === undefined || end === null) return;
        if (!isObject(await end.call(iterator, reason))) throw state('`iterator.return()` must fulfill with an object');
      },
    });
    return stream;
  }
  return { tee, pipe, iterate, from };
})
