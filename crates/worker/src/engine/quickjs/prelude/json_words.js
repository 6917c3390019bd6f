// Why a text is no JSON, in the words of V8: a reader that keeps nothing and stops at what is wrong.
(function (native, internal) {
  'use strict';
  // Around what is wrong, as much of the text is shown on either side.
  const SHOWN = 10;

  class Wrong extends Error {}

  class Reader {
    constructor(text) {
      this.text = text;
      this.at = 0;
    }
    get next() { return this.at < this.text.length ? this.text[this.at] : ''; }

    fail(words) {
      if (words === undefined) return this.unexpected();
      const before = this.text.slice(0, this.at).split(/\r\n|\r|\n/);
      const [line, column] = [before.length, before.at(-1).length + 1];
      throw new Wrong(`${words} at position ${this.at} (line ${line} column ${column})`);
    }
    unexpected() {
      const { text, at, next } = this;
      if (next === '') throw new Wrong('Unexpected end of JSON input');
      if (/[-0-9]/.test(next)) this.fail('Unexpected number in JSON');
      if (next === '"') this.fail('Unexpected string in JSON');
      if (['NaN', 'Infinity', 'undefined', '[object Object]'].includes(text)) throw new Wrong(`"${text}" is not valid JSON`);
      let shown = `"${text}"`;
      if (text.length > 2 * SHOWN) {
        const [from, to] = [Math.max(0, at - SHOWN), Math.min(text.length, at + SHOWN)];
        shown = `${from > 0 ? '...' : ''}"${text.slice(from, to)}"${to < text.length ? '...' : ''}`;
      }
      throw new Wrong(`Unexpected token '${next}', ${shown} is not valid JSON`);
    }

    space() { while (' \t\n\r'.includes(this.next) && this.next !== '') this.at++; }

    whole() {
      this.value();
      this.space();
      if (this.next !== '') this.fail('Unexpected non-whitespace character after JSON');
    }

    // Without recursion: a text may be deeper than a stack. `open` holds what must be closed.
    value() {
      const open = [];
      for (;;) {
        this.space();
        const { next } = this;
        if (next === '{' || next === '[') {
          this.at++;
          this.space();
          if (this.next !== (next === '{' ? '}' : ']')) {
            open.push(next);
            if (next === '{') this.name("Expected property name or '}' in JSON");
            continue;
          }
          this.at++;
        } else if (next === '"') this.string();
        else if (/[-0-9]/.test(next)) this.number();
        else if (next === 't') this.literal('true');
        else if (next === 'f') this.literal('false');
        else if (next === 'n') this.literal('null');
        else this.unexpected();
        if (!this.after(open)) return;
      }
    }
    // What follows a value: whether another comes.
    after(open) {
      while (open.length > 0) {
        this.space();
        const object = open.at(-1) === '{';
        if (this.next === ',') {
          this.at++;
          if (object) {
            this.space();
            this.name('Expected double-quoted property name in JSON');
          }
          return true;
        }
        if (this.next !== (object ? '}' : ']')) this.fail(object ? "Expected ',' or '}' after property value in JSON" : "Expected ',' or ']' after array element in JSON");
        this.at++;
        open.pop();
      }
      return false;
    }
    name(words) {
      if (this.next !== '"') this.fail(words);
      this.string();
      this.space();
      if (this.next !== ':') this.fail("Expected ':' after property name in JSON");
      this.at++;
    }

    literal(word) {
      for (const character of word) {
        if (this.next !== character) this.unexpected();
        this.at++;
      }
    }
    digits() {
      const from = this.at;
      while (/[0-9]/.test(this.next)) this.at++;
      return this.at > from;
    }
    number() {
      const signed = this.next === '-';
      if (signed) this.at++;
      if (this.next === '0') {
        this.at++;
        if (/[0-9]/.test(this.next)) this.fail('Unexpected number in JSON');
      } else if (!this.digits()) this.fail('No number after minus sign in JSON');
      if (this.next === '.') {
        this.at++;
        if (!this.digits()) this.fail('Unterminated fractional number in JSON');
      }
      if (/[eE]/.test(this.next)) {
        this.at++;
        if (/[-+]/.test(this.next)) this.at++;
        if (!this.digits()) this.fail('Exponent part is missing a number in JSON');
      }
    }
    string() {
      for (this.at++; this.next !== '"'; this.at++) {
        const { next } = this;
        if (next === '') this.fail('Unterminated string in JSON');
        if (next < ' ') this.fail('Bad control character in string literal in JSON');
        if (next !== '\\') continue;
        this.at++;
        if (this.next === 'u') {
          for (let digit = 0; digit < 4; digit++) {
            this.at++;
            if (!/[0-9a-fA-F]/.test(this.next)) this.fail('Bad Unicode escape in JSON');
          }
        } else if (this.next === '') this.unexpected();
        else if (!'"\\/bfnrt'.includes(this.next)) this.fail('Bad escaped character in JSON');
      }
      this.at++;
    }
  }

  return {
    whyNotJson(text) {
      try { new Reader(text).whole(); } catch (error) { if (error instanceof Wrong) return error.message; }
      return undefined;
    },
  };
})
