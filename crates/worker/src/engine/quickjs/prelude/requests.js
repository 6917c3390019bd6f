// Requests to the host and their replies. A request carries a header, which becomes JSON, and bytes
// if there are any; it is asked and awaited, or asked and waited for on the spot.
(function (native, internal) {
  'use strict';
  const pending = new Map();
  internal.atEnd(() => { pending.clear(); });

  // What the host answered instead of a value: { code, message, ... }.
  class Failure {
    constructor(details) { Object.assign(this, details); }
  }
  internal.Failure = Failure;

  function valueOf(kind, text, bytes) {
    if (kind === 2) throw new Failure(JSON.parse(text));
    if (kind === 3) return { head: JSON.parse(text), bytes };
    return kind === 1 ? text : text === '' ? undefined : JSON.parse(text);
  }

  // Has `settle(kind, text, bytes)` called with the reply. kind: 0 JSON, 1 text, 2 error, 3 a header
  // and bytes.
  internal.expect = function (id, settle) { pending.set(id, settle); };
  // A reply that is no longer wanted: it may come all the same.
  internal.forget = function (id) { pending.delete(id); };

  // Called by the worker for each reply; false for an unknown id.
  internal.deliver = function (id, kind, text, bytes) {
    const settle = pending.get(id);
    if (settle === undefined) return false;
    pending.delete(id);
    settle(kind, text, bytes);
    return true;
  };

  // Sends; `resolve` gets the value, `reject` a Failure. Gives the request's number.
  internal.send = function (op, header, bytes, resolve, reject) {
    const id = native.send(op, JSON.stringify(header), bytes);
    pending.set(id, (...reply) => {
      let value;
      try { value = valueOf(...reply); } catch (failure) { reject(failure); return; }
      resolve(value);
    });
    return id;
  };
  internal.ask = (op, header, bytes) => new Promise((resolve, reject) => { internal.send(op, header, bytes, resolve, reject); });
  internal.askNow = (op, header, bytes) => valueOf(...native.sendAndWait(op, JSON.stringify(header), bytes));
})
