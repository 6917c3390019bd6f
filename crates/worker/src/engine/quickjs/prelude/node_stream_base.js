// Stream of node:stream, which all others are, and pipe(): from a stream that flows into one that takes.
(function (native, internal) {
  'use strict';
  const EventEmitter = internal.nodeModule('node:events');
  const { tick, define, inherit, fail } = internal.part('node_stream_state');

  function Stream(options) { EventEmitter.call(this, options); }
  inherit(Stream, EventEmitter);

  // What ends with the program does not end with what is written to it.
  const stays = (target) => target === internal.process.stdout || target === internal.process.stderr;
  // The pipe of a stream that tells nothing but 'data', 'end' and 'close'.
  function pipePlain(source, target, options) {
    const onData = (chunk) => { if (target.writable && target.write(chunk) === false) source.pause?.(); };
    const onDrain = () => { if (source.readable) source.resume?.(); };
    const onEnd = () => { release(); target.end(); };
    const onClose = () => { release(); target.destroy?.(); };
    function onError(error) {
      release();
      if (this.listenerCount('error') === 0) this.emit('error', error);
    }
    const heard = [[source, 'data', onData], [target, 'drain', onDrain], [source, 'error', onError], [target, 'error', onError]];
    if (options?.end !== false && !stays(target)) heard.push([source, 'end', onEnd], [source, 'close', onClose]);
    function release() { for (const [from, name, listener] of heard) from.removeListener(name, listener); }
    for (const [from, name, listener] of heard) from.on(name, listener);
    for (const [from, name] of [[source, 'end'], [source, 'close'], [target, 'close']]) from.on(name, release);
    target.emit('pipe', source);
    return target;
  }
  function pipe(target, options) {
    const source = this, state = source._readableState;
    state.pipes.push(target);
    const end = options?.end === false || stays(target) ? leave : () => { target.end(); };
    if (state.endEmitted) tick(end);
    else source.once('end', end);

    const wait = () => {
      state.awaitDrainWriters ??= new Set();
      if (state.pipes.includes(target)) state.awaitDrainWriters.add(target);
      source.pause();
    };
    const onDrain = () => {
      state.awaitDrainWriters?.delete(target);
      if ((state.awaitDrainWriters?.size ?? 0) === 0 && source.listenerCount('data') > 0) source.resume();
    };
    const onData = (chunk) => { if (target.write(chunk) === false) wait(); };
    const onError = (error) => {
      leave();
      target.removeListener('error', onError);
      if (target.listenerCount('error') > 0) return;
      if (target._writableState && !target._writableState.errorEmitted) fail(target, error);
      else target.emit('error', error);
    };
    const onDone = () => { leave(); };
    const onUnpipe = (from, info) => {
      if (from !== source || info?.hasUnpiped) return;
      if (info) info.hasUnpiped = true;
      for (const [name, listener] of [['close', onDone], ['finish', onDone], ['drain', onDrain], ['error', onError], ['unpipe', onUnpipe]]) target.removeListener(name, listener);
      source.removeListener('end', end);
      source.removeListener('data', onData);
      // Who waited for the target need not any more.
      if (state.awaitDrainWriters?.has(target)) onDrain();
    };
    function leave() { source.unpipe(target); }
    target.on('unpipe', onUnpipe);
    source.on('data', onData);
    target.prependListener('error', onError);
    target.once('close', onDone);
    target.once('finish', onDone);
    target.on('drain', onDrain);
    target.emit('pipe', source);
    if (target.writableNeedDrain === true) wait();
    else if (!state.flowing) source.resume();
    return target;
  }
  function unpipe(target) {
    const state = this._readableState;
    const leaving = target === undefined ? [...state.pipes] : state.pipes.includes(target) ? [target] : [];
    if (leaving.length === 0) return this;
    for (const each of leaving) state.pipes.splice(state.pipes.indexOf(each), 1);
    if (state.pipes.length === 0) this.pause();
    for (const each of leaving) each.emit('unpipe', this, { hasUnpiped: false });
    return this;
  }
  define(Stream.prototype, {
    constructor: Stream,
    pipe(target, options) { return this._readableState ? pipe.call(this, target, options) : pipePlain(this, target, options); },
    unpipe(target) { return unpipe.call(this, target); },
  });
  return { Stream };
})
