// Events and what they are sent to.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, missing, wrongType, finish, isObject } = web;

  // What is done to an event while it is sent, from within.
  let begin, end, isStopped, isEvent, makeTrusted;
  class Event {
    #type;
    #bubbles;
    #cancelable;
    #composed;
    #prevented = false;
    #stopped = false;
    #ended = false;
    #target = null;
    #sending = false;
    #trusted = false;
    #passive = false;
    #timeStamp = native.now();
    static {
      isEvent = (value) => isObject(value) && #type in value;
      makeTrusted = (event) => { event.#trusted = true; return event; };
      begin = (event, target) => {
        if (event.#sending) throw coded(Error, 'ERR_EVENT_RECURSION', `The event "${event.#type}" is already being dispatched`);
        event.#target = target;
        event.#sending = true;
      };
      end = (event) => { event.#sending = false; event.#stopped = false; event.#ended = false; };
      isStopped = (event, passive) => { event.#passive = passive; return event.#ended; };
    }
    constructor(type, options = undefined) {
      if (arguments.length === 0) throw missing('type');
      if (options !== undefined && options !== null && !isObject(options)) throw wrongType('options', 'of type object', options);
      this.#bubbles = Boolean(options?.bubbles);
      this.#cancelable = Boolean(options?.cancelable);
      this.#composed = Boolean(options?.composed);
      this.#type = `${type}`;
    }
    get type() { return this.#type; }
    get target() { return this.#target; }
    get currentTarget() { return this.#sending ? this.#target : null; }
    get srcElement() { return this.#target; }
    get bubbles() { return this.#bubbles; }
    get cancelable() { return this.#cancelable; }
    get composed() { return this.#composed; }
    get defaultPrevented() { return this.#cancelable && this.#prevented; }
    get returnValue() { return !this.defaultPrevented; }
    get timeStamp() { return this.#timeStamp; }
    get isTrusted() { return this.#trusted; }
    get eventPhase() { return this.#sending ? 2 : 0; }
    get cancelBubble() { return this.#stopped; }
    set cancelBubble(value) { if (value) this.#stopped = true; }
    composedPath() { return this.#sending ? [this.#target] : []; }
    preventDefault() { if (!this.#passive) this.#prevented = true; }
    stopPropagation() { this.#stopped = true; }
    stopImmediatePropagation() { this.#stopped = true; this.#ended = true; }
    initEvent(type, bubbles = false, cancelable = false) {
      if (arguments.length === 0) throw missing('type');
      if (this.#sending) return;
      this.#type = `${type}`;
      this.#bubbles = Boolean(bubbles);
      this.#cancelable = Boolean(cancelable);
    }
  }
  for (const [at, name] of ['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].entries()) {
    for (const target of [Event, Event.prototype]) Object.defineProperty(target, name, { value: at, enumerable: true });
  }
  finish(Event, ['type', 'defaultPrevented', 'cancelable', 'timeStamp']);

  class CustomEvent extends Event {
    #detail;
    constructor(type, options = undefined) {
      if (arguments.length === 0) throw missing('type');
      super(type, options);
      this.#detail = options?.detail ?? null;
    }
    get detail() { return this.#detail; }
  }
  finish(CustomEvent);

  // Events that only carry values.
  function carrying(name, fields) {
    const Class = { [name]: class extends Event {
      #values;
      constructor(type, options = undefined) {
        if (arguments.length === 0) throw missing('type');
        super(type, options);
        this.#values = Object.fromEntries(Object.entries(fields).map(([key, initial]) => [key, options?.[key] ?? initial]));
      }
      static { for (const key of Object.keys(fields)) Object.defineProperty(this.prototype, key, { get() { return this.#values[key]; }, configurable: true, enumerable: true }); }
    } }[name];
    return finish(Class);
  }
  const ErrorEvent = carrying('ErrorEvent', { message: '', filename: '', lineno: 0, colno: 0, error: null });
  const MessageEvent = carrying('MessageEvent', { data: null, origin: '', lastEventId: '', source: null, ports: Object.freeze([]) });
  const CloseEvent = carrying('CloseEvent', { wasClean: false, code: 0, reason: '' });

  // Who listens to a target: node:events tells.
  let listenersOf;
  class EventTarget {
    // Type to what listens, in order.
    #listeners = new Map();
    static { listenersOf = (target, type) => (target.#listeners.get(`${type}`) ?? []).map((each) => each.listener); }
    addEventListener(type, listener, options = undefined) {
      if (arguments.length < 2) throw missing('type', 'listener');
      const { once, capture, passive, signal } = isObject(options) ? options : { capture: options };
      if (signal !== undefined && !internal.isSignal(signal)) throw wrongType('options.signal', 'an instance of AbortSignal', signal);
      if (listener === null || listener === undefined) return;
      if (!isObject(listener)) throw wrongType('listener', 'an instance of EventListener', listener);
      if (signal?.aborted) return;
      const name = `${type}`;
      const known = this.#listeners.get(name) ?? [];
      if (known.some((each) => each.listener === listener && each.capture === Boolean(capture))) return;
      const entry = { listener, once: Boolean(once), capture: Boolean(capture), passive: Boolean(passive), removed: false };
      // A list that is being called keeps its members: changes make another.
      this.#listeners.set(name, [...known, entry]);
      if (signal !== undefined) internal.follow(signal, () => { this.#drop(name, entry); });
    }
    #drop(name, entry) {
      entry.removed = true;
      const left = (this.#listeners.get(name) ?? []).filter((each) => each !== entry);
      if (left.length === 0) this.#listeners.delete(name); else this.#listeners.set(name, left);
    }
    removeEventListener(type, listener, options = undefined) {
      if (arguments.length < 2) throw missing('type', 'listener');
      const capture = Boolean(isObject(options) ? options.capture : options);
      const name = `${type}`;
      const entry = this.#listeners.get(name)?.find((each) => each.listener === listener && each.capture === capture);
      if (entry !== undefined) this.#drop(name, entry);
    }
    dispatchEvent(event) {
      if (arguments.length === 0) throw missing('event');
      if (!isEvent(event)) throw wrongType('event', 'an instance of Event', event);
      begin(event, this);
      try { this.#tell(event); } finally { end(event); }
      return !event.defaultPrevented;
    }
    #tell(event) {
      const name = event.type;
      for (const entry of this.#listeners.get(name) ?? []) {
        if (entry.removed) continue;
        if (isStopped(event, entry.passive)) return;
        if (entry.once) this.#drop(name, entry);
        // What a listener throws is its own: the others are told all the same.
        try {
          const { listener } = entry;
          if (typeof listener === 'function') listener.call(this, event);
          else if (typeof listener.handleEvent === 'function') listener.handleEvent(event);
        } catch (error) {
          web.report(error);
        }
      }
    }
  }
  finish(EventTarget, []);

  // A property such as `onabort`, called in its turn among the listeners, which is when there was
  // first one.
  function handled(Class, type, changed = () => {}) {
    const handlers = new WeakMap();
    Object.defineProperty(Class.prototype, `on${type}`, {
      get() { return handlers.get(this)?.handler ?? null; },
      set(value) {
        const handler = typeof value === 'function' || isObject(value) ? value : null;
        let state = handlers.get(this);
        if (state === undefined) {
          state = { handler: null, call: function (event) { if (typeof state.handler === 'function') state.handler.call(this, event); } };
          handlers.set(this, state);
        }
        if (state.handler === null && handler !== null) this.addEventListener(type, state.call);
        if (handler === null) this.removeEventListener(type, state.call);
        state.handler = handler;
        changed(this, handler);
      },
      configurable: true, enumerable: true,
    });
  }
  return { Event, EventTarget, CustomEvent, ErrorEvent, MessageEvent, CloseEvent, handled, makeTrusted, listenersOf };
})
