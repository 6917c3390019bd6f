// MessageChannel: messages that arrive in a later turn. What is on its way does not keep a program
// from its end once the other port listens no more.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { finish, illegal, missing } = web;
  const { EventTarget, MessageEvent, handled } = internal.part('web:events');
  const { setImmediate } = globalThis;
  const made = Symbol('made');

  let entangle, isPort, stateOf;
  class MessagePort extends EventTarget {
    #state = { other: undefined, queue: [], started: false, closed: false, shown: this };
    static {
      isPort = (value) => typeof value === 'object' && value !== null && #state in value;
      stateOf = (port) => port.#state;
      entangle = (one, two) => { one.#state.other = two.#state; two.#state.other = one.#state; };
    }
    constructor(key) {
      if (key !== made) throw illegal();
      super();
    }
    postMessage(message, options = undefined) {
      if (arguments.length === 0) throw missing('message');
      const transfer = Array.isArray(options) ? options : options?.transfer;
      const data = internal.part('web:clone').transferring(message, transfer);
      const { other, closed } = this.#state;
      if (closed || other === undefined || other.closed) return;
      other.queue.push(data);
      if (other.started) later(other);
    }
    start() {
      const state = this.#state;
      if (state.started) return;
      state.started = true;
      for (const _ of state.queue) later(state);
    }
    close() {
      const { other } = this.#state;
      for (const state of [this.#state, other]) if (state !== undefined) state.closed = true;
    }
    ref() { return this; }
    unref() { return this; }
    // As Node's ports are used too.
    on(type, listener) {
      this.addEventListener(type, ({ data }) => { listener(data); });
      if (type === 'message') this.start();
      return this;
    }
  }
  function later(state) {
    setImmediate(() => {
      if (state.queue.length === 0 || (state.closed && state.other?.closed && !state.started)) return;
      const data = state.queue.shift();
      state.shown.dispatchEvent(new MessageEvent('message', { data }));
    });
  }
  handled(MessagePort, 'message', (port, handler) => { if (handler !== null) port.start(); });
  handled(MessagePort, 'messageerror');
  finish(MessagePort, []);

  // The same end of the channel, as another object; the old one is of no more use.
  function move(port) {
    const old = stateOf(port);
    const fresh = new MessagePort(made);
    const state = stateOf(fresh);
    state.queue = old.queue;
    state.other = old.other;
    if (old.other !== undefined) old.other.other = state;
    old.closed = true;
    old.other = undefined;
    old.queue = [];
    return fresh;
  }

  class MessageChannel {
    constructor() {
      const [port1, port2] = [new MessagePort(made), new MessagePort(made)];
      entangle(port1, port2);
      Object.assign(this, { port1, port2 });
    }
  }
  finish(MessageChannel);
  return { MessageChannel, MessagePort, isPort, move };
})
