// map(), filter(), toArray() and what else a Readable has in common with an iterator.
(function (native, internal) {
  'use strict';
  const { codes, AbortError, validateInteger, validateObject, validateAbortSignal } = internal.part('node_codes');
  const { define, isWritable, isNode } = internal.part('node_stream_state');

  function check(work, options) {
    if (typeof work !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('fn', 'Function', work);
    if (options !== undefined && options !== null) validateObject(options, 'options');
    if (options?.signal !== undefined && options.signal !== null) validateAbortSignal(options.signal, 'options.signal');
  }
  const abortOf = (signal) => new AbortError(undefined, { cause: signal.reason });
  // The chunks of a stream, until the signal is aborted, which ends the wait for the next one too.
  async function* chunksOf(stream, signal) {
    if (signal?.aborted) throw abortOf(signal);
    const stop = () => { stream.destroy(abortOf(signal)); };
    signal?.addEventListener('abort', stop, { once: true });
    try { yield* stream; } finally { signal?.removeEventListener('abort', stop); }
  }
  const skip = Symbol('skip');
  // Results in order, of up to `concurrency` calls at a time.
  async function* mapped(stream, work, options) {
    const concurrency = options?.concurrency === undefined ? 1 : Math.floor(options.concurrency);
    validateInteger(concurrency, 'options.concurrency', 1);
    const abort = new AbortController();
    const signal = options?.signal ? AbortSignal.any([options.signal, abort.signal]) : abort.signal;
    const chunks = chunksOf(stream, options?.signal);
    const waiting = [];
    let source;
    const next = () => { source ??= chunks.next().then((step) => ({ step }), (error) => ({ error })); return source; };
    const call = async (chunk) => work(chunk, { signal });
    let ended = false;
    try {
      while (!ended || waiting.length > 0) {
        if (!ended && waiting.length < concurrency) {
          const came = waiting.length === 0 ? await next() : await Promise.race([next(), waiting[0].then(() => undefined, () => undefined)]);
          if (came !== undefined) {
            source = undefined;
            if (came.error !== undefined) throw came.error;
            if (came.step.done) ended = true;
            else {
              const result = call(came.step.value);
              result.catch(() => {});
              waiting.push(result);
            }
            continue;
          }
        }
        const value = await waiting.shift();
        if (value !== skip) yield value;
      }
    } finally {
      abort.abort();
      chunks.return();
    }
  }
  async function* filtered(stream, work, options) {
    yield* mapped(stream, async (chunk, given) => ((await work(chunk, given)) ? chunk : skip), options);
  }
  async function* flat(stream, work, options) { for await (const values of mapped(stream, work, options)) yield* values; }
  function count(number) {
    number = Number(number);
    if (Number.isNaN(number)) return 0;
    if (number < 0) throw new codes.ERR_OUT_OF_RANGE('number', '>= 0', number);
    return number;
  }
  async function* dropped(stream, number, options) {
    for await (const chunk of chunksOf(stream, options?.signal)) if (number-- <= 0) yield chunk;
  }
  async function* taken(stream, number, options) {
    if (number <= 0) return;
    for await (const chunk of chunksOf(stream, options?.signal)) {
      yield chunk;
      if (--number <= 0) return;
    }
  }

  function install(Readable) {
    const made = (chunks, options) => Readable.from(chunks, options?.highWaterMark === undefined ? undefined : { highWaterMark: options.highWaterMark });
    define(Readable.prototype, {
      map(fn, options) { check(fn, options); return made(mapped(this, fn, options), options); },
      filter(fn, options) { check(fn, options); return made(filtered(this, fn, options), options); },
      flatMap(fn, options) { check(fn, options); return made(flat(this, fn, options), options); },
      drop(number, options) { return made(dropped(this, count(number), options)); },
      take(number, options) { return made(taken(this, count(number), options)); },
      async forEach(fn, options) {
        check(fn, options);
        for await (const value of mapped(this, async (chunk, given) => { await fn(chunk, given); return skip; }, options)) void value;
      },
      async toArray(options) {
        if (options !== undefined && options !== null) validateObject(options, 'options');
        if (options?.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
        const all = [];
        for await (const chunk of chunksOf(this, options?.signal)) all.push(chunk);
        return all;
      },
      async some(fn, options) {
        check(fn, options);
        for await (const value of filtered(this, fn, options)) { void value; return true; }
        return false;
      },
      async every(fn, options) {
        check(fn, options);
        for await (const value of filtered(this, async (...args) => !(await fn(...args)), options)) { void value; return false; }
        return true;
      },
      async find(fn, options) {
        check(fn, options);
        for await (const value of filtered(this, fn, options)) return value;
        return undefined;
      },
      async reduce(fn, ...rest) {
        const [initial, options] = rest;
        check(fn, options);
        let value = initial, has = rest.length > 0;
        const abort = new AbortController();
        const signal = options?.signal ? AbortSignal.any([options.signal, abort.signal]) : abort.signal;
        for await (const chunk of chunksOf(this, options?.signal)) {
          if (has) value = await fn(value, chunk, { signal });
          else [value, has] = [chunk, true];
        }
        if (!has) {
          const error = new TypeError('Reduce of an empty stream requires an initial value');
          error.code = 'ERR_MISSING_ARGS';
          throw error;
        }
        return value;
      },
      compose(other, options) {
        if (isNode(other) && !isWritable(other)) throw new codes.ERR_INVALID_ARG_VALUE('stream', other, 'must be writable');
        const { compose, addAbortSignal } = internal.part('node_stream_pipeline');
        const whole = compose(this, other);
        if (options?.signal) addAbortSignal(options.signal, whole);
        return whole;
      },
    });
  }
  return { install };
})
