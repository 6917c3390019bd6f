// CompressionStream and DecompressionStream.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, wrongType } = web;
  const { create, sided } = internal.part('web:transform');
  const { machine } = internal.part('compression');
  const formats = ['deflate', 'deflate-raw', 'gzip'];

  function transforming(name, direction) {
    let recordOf;
    const Class = { [name]: class {
      #record;
      static { recordOf = (stream) => stream.#record; }
      constructor(format) {
        const wanted = `${format}`;
        if (!formats.includes(wanted)) {
          throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `Failed to construct '${name}': 1st argument value '${wanted}' is not a valid enum value of type CompressionFormat.`);
        }
        const made = machine(wanted, direction);
        const pass = (transform, pieces) => {
          try {
            for (const piece of pieces) transform.enqueue(piece);
          } catch (error) {
            throw error.errno === undefined ? error : coded(TypeError, error.code, error.message, { errno: error.errno });
          }
          // What comes after the end of the data is an error, as the standard wants it.
          if (direction === 'decompress' && made.trailing > 0) throw coded(TypeError, 'ERR_TRAILING_JUNK_AFTER_STREAM_END', 'Trailing junk found after the end of the compressed stream');
        };
        this.#record = create((transform) => ({
          transform(chunk) {
            const bytes = internal.viewOf(chunk);
            if (bytes === undefined) throw wrongType('chunk', 'an instance of Buffer, TypedArray, or DataView', chunk);
            pass(transform, made.push(bytes));
          },
          flush() { pass(transform, made.finish()); },
        }));
      }
    } }[name];
    return sided(Class, (stream) => recordOf(stream), ['readable', 'writable']);
  }
  return { CompressionStream: transforming('CompressionStream', 'compress'), DecompressionStream: transforming('DecompressionStream', 'decompress') };
})
