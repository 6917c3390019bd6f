// What all streams of node:stream share: how one is constructed, fails and is destroyed, what can be
// asked of it, and the queue of what waits in it. Both sides of a stream that has two go this way together.
(function (native, internal) {
  'use strict';
  const { codes, AbortError } = internal.part('node_codes');
  const tick = (work, ...args) => { internal.process.nextTick(work, ...args); };

  // First in, first out, without moving what waits.
  class Queue {
    #items = [];
    #head = 0;
    get length() { return this.#items.length - this.#head; }
    first() { return this.#items[this.#head]; }
    at(index) { return this.#items.at(index < 0 ? index : index + this.#head); }
    push(item) { this.#items.push(item); }
    unshift(item) {
      if (this.#head > 0) this.#items[--this.#head] = item;
      else this.#items.unshift(item);
    }
    replaceFirst(item) { this.#items[this.#head] = item; }
    shift() {
      const item = this.#items[this.#head];
      this.#items[this.#head++] = undefined;
      if (this.#head === this.#items.length || this.#head > 512 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
      return item;
    }
    clear() { const all = this.#items.slice(this.#head); this.#items = []; this.#head = 0; return all; }
    *[Symbol.iterator]() { for (let at = this.#head; at < this.#items.length; at++) yield this.#items[at]; }
  }

  // How much is taken before who gives is told to wait.
  const most = { bytes: 64 * 1024, objects: 16 };
  const getDefaultHighWaterMark = (objectMode) => (objectMode ? most.objects : most.bytes);
  function setDefaultHighWaterMark(objectMode, value) {
    internal.part('node_codes').validateInteger(value, 'value', 0);
    most[objectMode ? 'objects' : 'bytes'] = value;
  }
  function highWaterMark(options, own, objectMode, isDuplex) {
    const name = options.highWaterMark === undefined || options.highWaterMark === null ? own : 'highWaterMark';
    const given = name === own && !isDuplex ? undefined : options[name];
    if (given === undefined || given === null) return getDefaultHighWaterMark(objectMode);
    if (!Number.isInteger(given) || given < 0) throw new codes.ERR_INVALID_ARG_VALUE(name === own ? `options.${own}` : 'options.highWaterMark', given);
    return Math.floor(given);
  }

  // The fields of a side that tell of its life.
  const life = (options) => ({
    constructed: true, sync: true, emitClose: options.emitClose !== false, autoDestroy: options.autoDestroy !== false,
    destroyed: false, errored: null, errorEmitted: false, closed: false, closeEmitted: false,
  });
  const sides = (stream) => [stream._readableState, stream._writableState].filter((side) => side !== undefined && side !== null && typeof side === 'object');
  const any = (stream, name) => sides(stream).some((side) => side[name]);
  const mark = (stream, fields) => { for (const side of sides(stream)) Object.assign(side, fields); };
  const markError = (stream, error) => { for (const side of sides(stream)) side.errored ??= error; };

  // Says that a stream failed and is closed: once each.
  function tellError(stream, error) {
    if (any(stream, 'errorEmitted')) return;
    mark(stream, { errorEmitted: true });
    stream.emit('error', error);
  }
  function tellClose(stream) {
    const told = any(stream, 'closeEmitted');
    mark(stream, { closeEmitted: true });
    if (!told && any(stream, 'emitClose')) stream.emit('close');
  }
  function tearDown(stream, error, callback) {
    let done = false;
    const after = (failed) => {
      if (done) return;
      done = true;
      if (failed) markError(stream, failed);
      mark(stream, { closed: true });
      if (typeof callback === 'function') callback(failed);
      tick(() => {
        try { if (failed) tellError(stream, failed); } finally { tellClose(stream); }
      });
    };
    try { stream._destroy(error || null, after); } catch (failed) { after(failed); }
  }
  function destroy(error, callback) {
    if (any(this, 'destroyed')) {
      if (typeof callback === 'function') callback();
      return this;
    }
    if (error) markError(this, error);
    mark(this, { destroyed: true });
    // What is being constructed is torn down after that.
    if (sides(this).every((side) => side.constructed)) tearDown(this, error, callback);
    else this.once(constructed, (failed) => { tearDown(this, failed ?? error, callback); });
    return this;
  }
  // A stream that fails by itself is destroyed, unless it was made to stay.
  function fail(stream, error, later = false) {
    if (any(stream, 'destroyed')) return;
    if (any(stream, 'autoDestroy')) { stream.destroy(error); return; }
    markError(stream, error);
    if (later) tick(tellError, stream, error);
    else tellError(stream, error);
  }
  function undestroy() {
    mark(this, { constructed: true, closed: false, closeEmitted: false, destroyed: false, errored: null, errorEmitted: false });
    const { _readableState: reading, _writableState: writing } = this;
    if (reading) Object.assign(reading, { reading: false, ended: reading.readable === false, endEmitted: reading.readable === false });
    if (writing) Object.assign(writing, { finalCalled: false, prefinished: false, ending: writing.writable === false, ended: writing.writable === false, finished: writing.writable === false });
  }

  const constructed = Symbol('constructed');
  // Runs the `_construct` of a stream that has one; nothing is read or written before it is done.
  function construct(stream, ready) {
    if (typeof stream._construct !== 'function') return;
    mark(stream, { constructed: false });
    let called = false;
    const done = (error) => {
      if (called) { fail(stream, error ?? new codes.ERR_MULTIPLE_CALLBACK()); return; }
      called = true;
      mark(stream, { constructed: true });
      if (any(stream, 'destroyed')) stream.emit(constructed, error);
      else if (error) fail(stream, error, true);
      else tick(ready);
    };
    tick(() => { try { stream._construct((error) => { tick(done, error); }); } catch (error) { tick(done, error); } });
  }

  const isNode = (value) => Boolean(value && (value._readableState || value._writableState || (typeof value.write === 'function' && typeof value.on === 'function') || (typeof value.pipe === 'function' && typeof value.on === 'function')));
  const isReadableNode = (value) => Boolean(value && typeof value.pipe === 'function' && typeof value.on === 'function' && (!value._writableState || value._readableState?.readable !== false) && (!value._writableState || value._readableState));
  const isWritableNode = (value) => Boolean(value && typeof value.write === 'function' && typeof value.on === 'function' && (!value._readableState || value._writableState?.writable !== false));
  const isDestroyed = (stream) => (isNode(stream) ? Boolean(stream.destroyed || any(stream, 'destroyed')) : null);
  const isReadable = (stream) => (typeof stream?.readable !== 'boolean' ? null
    : !isDestroyed(stream) && isReadableNode(stream) && stream.readable && !stream._readableState?.ended);
  const isWritable = (stream) => (typeof stream?.writable !== 'boolean' ? null : !isDestroyed(stream) && isWritableNode(stream) && stream.writable && !stream._writableState?.ending);
  const isErrored = (stream) => Boolean(stream && any(stream, 'errorEmitted'));
  const isDisturbed = (stream) => Boolean(stream && (stream._readableState?.dataEmitted || stream._readableState?.endEmitted || stream.readableDidRead || stream.readableAborted));
  // Destroys whatever it is given, streams of http and sockets of old included.
  function destroyAny(stream, error) {
    if (!stream || isDestroyed(stream)) return;
    const reason = error ?? (isReadableNode(stream) && !stream._readableState?.endEmitted ? new AbortError() : undefined);
    if (typeof stream.destroy === 'function') stream.destroy(reason);
    else if (typeof stream.close === 'function') stream.close();
  }

  // Methods and getters of a prototype, which are not listed.
  function define(prototype, members) {
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(members))) Object.defineProperty(prototype, key, { ...descriptor, enumerable: false });
    for (const key of Object.getOwnPropertySymbols(members)) Object.defineProperty(prototype, key, { value: members[key], writable: true, configurable: true });
  }
  // `class Child extends Parent` for what is also called without `new`.
  function inherit(Child, Parent) {
    Object.setPrototypeOf(Child.prototype, Parent.prototype);
    Object.setPrototypeOf(Child, Parent);
  }
  return {
    Queue, tick, getDefaultHighWaterMark, setDefaultHighWaterMark, highWaterMark, life, destroy, fail, undestroy, construct, define, inherit, tellError,
    isNode, isReadableNode, isWritableNode, isDestroyed, isReadable, isWritable, isErrored, isDisturbed, destroyAny, markError,
  };
})
