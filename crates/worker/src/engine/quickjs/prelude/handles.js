// Open files. The host keeps none: an open file is its path, how it was opened, and a position.
(function (native, internal) {
  'use strict';
  const { files } = internal;
  const nothing = new Uint8Array(0);

  // `flags`: read, write, create, exclusive, truncate, append.
  function* open(path, flags, mode) {
    if (flags.write) {
      const create = flags.create ? (flags.exclusive ? 'new' : 'ifMissing') : 'never';
      yield [{ op: 'writeFile', path, create, place: flags.truncate ? 'instead' : 'append', mode }, nothing];
    } else {
      yield [{ op: 'readFile', path, offset: 0, length: 0 }];
    }
    return { path, flags, position: 0 };
  }

  // Fills `bytes` from the position, or from `at`; gives how many there were.
  function* read(file, bytes, at) {
    const offset = at ?? file.position;
    const { bytes: got } = yield [{ op: 'readFile', path: file.path, offset, length: bytes.length }];
    bytes.set(got);
    if (at === undefined) file.position += got.length;
    return got.length;
  }

  function* write(file, bytes, at) {
    const offset = at ?? file.position;
    yield* files.write(file.path, bytes, { create: 'never', ...(file.flags.append ? { place: 'append' } : { place: 'at', offset }) });
    if (at === undefined) file.position += bytes.length;
    return bytes.length;
  }

  // What is left of it.
  function* rest(file) {
    const content = yield* files.read(file.path);
    const left = content.subarray(Math.min(file.position, content.length));
    file.position += left.length;
    return left;
  }

  internal.handles = { open, read, write, rest };
})
