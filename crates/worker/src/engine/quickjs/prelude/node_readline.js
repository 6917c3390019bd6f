// node:readline and node:readline/promises: the lines of a stream. Nobody types: standard input is at
// its end from the beginning, and a question is never answered.
(function (native, internal) {
  'use strict';
  const EventEmitter = internal.nodeModule('node:events');
  const { StringDecoder } = internal.nodeModule('node:string_decoder');
  const { AbortError, codes: { ERR_USE_AFTER_CLOSE, ERR_INVALID_ARG_VALUE } } = internal.part('node_codes');

  class Interface extends EventEmitter {
    constructor(input, output) {
      super();
      const options = input?.input ? input : { input, output };
      if (options.input === undefined) throw new ERR_INVALID_ARG_VALUE('input', options.input);
      Object.assign(this, { input: options.input, output: options.output, terminal: false, line: '', cursor: 0, closed: false, paused: false, historySize: 0 });
      this.promptText = options.prompt ?? '> ';
      this.rest = '';
      this.afterCr = false;
      this.asked = [];
      const decoder = new StringDecoder('utf8');
      const onData = (chunk) => { this.take(typeof chunk === 'string' ? chunk : decoder.write(chunk)); };
      const onEnd = () => {
        this.take(decoder.end());
        if (this.rest !== '') this.tell(this.rest);
        this.rest = '';
        this.close();
      };
      const onError = (error) => { this.emit('error', error); };
      this.input.on('data', onData).on('end', onEnd).on('error', onError);
      this.release = () => { this.input.removeListener('data', onData).removeListener('end', onEnd).removeListener('error', onError); };
      if (options.signal) {
        if (options.signal.aborted) internal.process.nextTick(() => this.close());
        else options.signal.addEventListener('abort', () => this.close(), { once: true });
      }
      this.input.resume();
    }
    // CR, LF and CRLF end a line, as do U+2028 and U+2029.
    take(text) {
      if (this.afterCr && text !== '') {
        this.afterCr = false;
        if (text.startsWith('\n')) text = text.slice(1);
      }
      if (text === '') return;
      this.afterCr = text.endsWith('\r');
      const lines = (this.rest + text).split(/\r\n|\n|\r|\u2028|\u2029/);
      this.rest = lines.pop();
      for (const line of lines) this.tell(line);
    }
    tell(line) {
      if (this.asked.length > 0) this.asked.shift()(line);
      else this.emit('line', line);
    }
    setPrompt(prompt) { this.promptText = prompt; }
    getPrompt() { return this.promptText; }
    prompt() { if (this.paused) this.resume(); this.output?.write(this.promptText); }
    question(query, options, callback) {
      if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
      if (typeof options === 'function') callback = options;
      this.output?.write(query);
      this.asked.push(callback);
    }
    write(data) { if (typeof data === 'string') this.take(data); }
    pause() { if (!this.paused) { this.input.pause(); this.paused = true; this.emit('pause'); } return this; }
    resume() { if (this.paused) { this.input.resume(); this.paused = false; this.emit('resume'); } return this; }
    getCursorPos() { return { rows: 0, cols: 0 }; }
    close() {
      if (this.closed) return;
      this.pause();
      this.closed = true;
      this.release();
      this.emit('close');
    }
    [Symbol.dispose]() { this.close(); }
    [Symbol.asyncIterator]() { return lines(this); }
  }
  // The lines in order, those first that come while one is worked on.
  async function* lines(from) {
    const waiting = [];
    let failed, wake;
    const on = (line) => { waiting.push(line); wake?.(); };
    const onClose = () => { wake?.(); };
    const onError = (error) => { failed = error; wake?.(); };
    from.on('line', on).on('close', onClose).on('error', onError);
    try {
      for (;;) {
        if (failed !== undefined) throw failed;
        if (waiting.length > 0) yield waiting.shift();
        else if (from.closed) return;
        else await new Promise((resolve) => { wake = resolve; });
      }
    } finally {
      from.removeListener('line', on).removeListener('close', onClose).removeListener('error', onError);
      from.close();
    }
  }

  class PromisesInterface extends Interface {
    question(query, options = {}) {
      return new Promise((resolve, reject) => {
        const { signal } = options;
        if (signal?.aborted) { reject(new AbortError(undefined, { cause: signal.reason })); return; }
        signal?.addEventListener('abort', () => { reject(new AbortError(undefined, { cause: signal.reason })); }, { once: true });
        super.question(query, resolve);
      });
    }
  }
  const say = (stream, text, callback) => { stream?.write(text); callback?.(); return true; };
  const terminal = {
    clearLine: (stream, direction, callback) => say(stream, direction < 0 ? '\x1b[1K' : direction > 0 ? '\x1b[0K' : '\x1b[2K', callback),
    clearScreenDown: (stream, callback) => say(stream, '\x1b[0J', callback),
    cursorTo: (stream, x, y, callback) => say(stream, typeof y === 'number' ? `\x1b[${y + 1};${x + 1}H` : `\x1b[${x + 1}G`, typeof y === 'function' ? y : callback),
    moveCursor: (stream, dx, dy, callback) => say(stream, (dx < 0 ? `\x1b[${-dx}D` : dx > 0 ? `\x1b[${dx}C` : '') + (dy < 0 ? `\x1b[${-dy}A` : dy > 0 ? `\x1b[${dy}B` : ''), callback),
    emitKeypressEvents() {},
  };
  internal.addPart('readline_promises', () => ({ createInterface: (...args) => new PromisesInterface(...args), Interface: PromisesInterface }));
  return {
    ...terminal, createInterface: (...args) => new Interface(...args), Interface,
    get promises() { return internal.part('readline_promises'); },
  };
})
