// node:stream and node:stream/promises.
(function (native, internal) {
  'use strict';
  const { Stream } = internal.part('node_stream_base');
  const { Readable } = internal.part('node_stream_readable');
  const { Writable } = internal.part('node_stream_writable');
  const { Duplex, Transform, PassThrough, duplexPair } = internal.part('node_stream_duplex');
  const { pipeline, finished, compose, addAbortSignal, promises } = internal.part('node_stream_pipeline');
  const { isDestroyed, isDisturbed, isErrored, isReadable, isWritable, destroyAny, setDefaultHighWaterMark, getDefaultHighWaterMark } = internal.part('node_stream_state');
  internal.part('node_stream_operators').install(Readable);

  // util.promisify() of these gives what the promises are.
  for (const [callback, promise] of [[pipeline, promises.pipeline], [finished, promises.finished]]) {
    Object.defineProperty(callback, Symbol.for('nodejs.util.promisify.custom'), { get: () => promise, enumerable: true });
  }
  Object.assign(Stream, {
    isDestroyed, isDisturbed, isErrored, isReadable, isWritable, Readable, Writable, Duplex, Transform, PassThrough, duplexPair, pipeline, addAbortSignal,
    finished, destroy: (stream, error) => { destroyAny(stream, error); return stream; }, compose, setDefaultHighWaterMark, getDefaultHighWaterMark,
  });
  Object.defineProperty(Stream, 'promises', { get: () => promises, enumerable: true, configurable: true });
  return Object.assign(Stream, {
    Stream, _isArrayBufferView: ArrayBuffer.isView, _isUint8Array: (value) => value instanceof Uint8Array,
    _uint8ArrayToBuffer: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  });
})
