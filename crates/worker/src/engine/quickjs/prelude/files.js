// Files, as both Node's functions and Deno's use them. An operation is a generator that yields its
// requests: it runs at once, waiting for each reply on the spot, or as a promise.
(function (native, internal) {
  'use strict';
  const FILE = 5;
  // Less than what the host reads or writes at once.
  const PART = 8 << 20;
  const { Failure } = internal;

  // The content of a file, in parts when it is large.
  function* read(path) {
    try {
      return (yield [{ op: 'readFile', path }]).bytes;
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.code !== 'EFBIG') throw failure;
    }
    const parts = [];
    for (let offset = 0; ;) {
      const { bytes } = yield [{ op: 'readFile', path, offset, length: PART }];
      if (bytes.length === 0) return internal.joined(parts);
      parts.push(bytes);
      offset += bytes.length;
    }
  }

  // `how`: create, place, offset and mode, as the host takes them.
  function* write(path, bytes, how) {
    yield [{ op: 'writeFile', path, ...how }, bytes.subarray(0, PART)];
    for (let at = PART; at < bytes.length; at += PART) {
      const place = how.place === 'at' ? { place: 'at', offset: how.offset + at } : { place: 'append' };
      yield [{ op: 'writeFile', path, create: 'never', ...place }, bytes.subarray(at, at + PART)];
    }
  }

  function* list(path) {
    const { entries, cut } = yield [{ op: 'readDir', path }];
    if (cut) {
      throw new Failure({
        code: 'EFBIG', errno: 27, description: 'file too large', syscall: 'scandir', path,
        detail: `the directory has more than ${entries.length} entries, the limit of one listing`,
      });
    }
    return entries;
  }

  // A path longer than any is refused as such, however little of it is sent.
  const LONG = 5000;
  function fit(header) {
    const { path, to } = header;
    if (path.length <= LONG && (to === undefined || to.length <= LONG)) return header;
    return { ...header, path: path.slice(0, LONG), ...(to === undefined ? {} : { to: to.slice(0, LONG) }) };
  }
  const askNow = ([header, bytes]) => internal.askNow(FILE, fit(header), bytes);
  const ask = ([header, bytes]) => internal.ask(FILE, fit(header), bytes);

  const reasonOf = (error, told) => (error instanceof Failure ? told(error) : error);

  // Runs the steps, waiting for every reply. `told` makes an error of a Failure.
  function now(steps, told) {
    try {
      let next = steps.next();
      while (!next.done) {
        let reply, failure;
        try { reply = askNow(next.value); } catch (error) { failure = error; }
        next = failure === undefined ? steps.next(reply) : steps.throw(failure);
      }
      return next.value;
    } catch (error) {
      throw reasonOf(error, told);
    }
  }

  // The same as a promise. What is wrong with the arguments is thrown on the spot.
  function later(steps, told) {
    const from = internal.here();
    return goOn(steps, steps.next(), told, from);
  }
  async function goOn(steps, next, told, from) {
    try {
      while (!next.done) {
        let reply, failure;
        try { reply = await ask(next.value); } catch (error) { failure = error; }
        next = failure === undefined ? steps.next(reply) : steps.throw(failure);
      }
      return next.value;
    } catch (error) {
      throw error instanceof Failure ? internal.placed(told(error), from) : error;
    }
  }

  const milliseconds = ({ seconds, nanoseconds }) => seconds * 1000 + nanoseconds / 1e6;
  // A moment from a Date or from seconds since 1970.
  function moment(time) {
    const seconds = typeof time === 'object' && time !== null ? time.getTime() / 1000 : Number(time);
    if (!Number.isFinite(seconds)) return undefined;
    const whole = Math.floor(seconds);
    return { seconds: whole, nanoseconds: Math.min(999_999_999, Math.round((seconds - whole) * 1e9)) };
  }

  internal.files = { read, write, list, now, later, milliseconds, moment };
})
