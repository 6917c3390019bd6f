// Events, what they are sent to, and signals: run here and by Node, which prints the same.
const show = (name, f) => { try { const v = f(); console.log(name, '=>', v); } catch (e) { console.log(name, '|', Object.prototype.toString.call(e), e.name, '|', e.message, '|', e.code, Object.keys(e).join()); } };
show('no type', () => new Event());
show('event', () => { const e = new Event('x', { cancelable: true }); e.preventDefault(); return [e.defaultPrevented, e.type, e.bubbles, e.eventPhase, e.target, Object.prototype.toString.call(e)]; });
const t = new EventTarget();
t.addEventListener('a', (e) => console.log('one', e.type, e.target === t, e.eventPhase), { once: true });
t.addEventListener('a', { handleEvent(e) { console.log('two', e.detail); } });
console.log(t.dispatchEvent(new CustomEvent('a', { detail: 5 })), t.dispatchEvent(new Event('a')));
t.addEventListener('b', (e) => e.preventDefault());
t.addEventListener('b', (e) => { console.log('last'); e.stopImmediatePropagation(); });
t.addEventListener('b', () => console.log('never'));
console.log(t.dispatchEvent(new Event('b', { cancelable: true })), t.dispatchEvent(new Event('b')));
const off = new AbortController();
t.addEventListener('c', () => console.log('c'), { signal: off.signal });
t.dispatchEvent(new Event('c'));
off.abort();
t.dispatchEvent(new Event('c'));
class Emitter extends EventTarget { fire() { return this.dispatchEvent(new MessageEvent('m', { data: { a: 1 } })); } }
const emitter = new Emitter();
emitter.addEventListener('m', ({ data, origin, type }) => console.log(data, origin, type));
emitter.fire();
show('no event', () => t.dispatchEvent({}));
show('no listener', () => t.addEventListener('x'));
show('bad listener', () => t.addEventListener('x', 5));
show('recursion', () => { const e = new Event('x'); t.addEventListener('x', () => { try { t.dispatchEvent(e); } catch (error) { console.log(error.code, error.message); } }); return t.dispatchEvent(e); });
console.log(t, emitter, new AbortController(), AbortSignal.abort('x'));
show('constructor', () => new AbortSignal());
show('any', () => {
  const c = new AbortController();
  const a = AbortSignal.any([AbortSignal.any([c.signal]), new AbortController().signal]);
  let n = 0;
  a.onabort = () => n++;
  c.abort();
  c.abort();
  return [n, a.aborted, a.reason === c.signal.reason, a.reason.name, a.reason.code, a.reason.message];
});
show('any of none', () => [AbortSignal.any([]).aborted, AbortSignal.any([AbortSignal.abort(7)]).reason]);
show('any of what', () => AbortSignal.any([1]));
show('any of one', () => AbortSignal.any(1));
show('timeout', () => AbortSignal.timeout('a'));
show('timeout below', () => AbortSignal.timeout(-1));
show('throw', () => AbortSignal.abort().throwIfAborted());
show('throw own', () => AbortSignal.abort(new RangeError('mine')).throwIfAborted());
show('exception', () => { const e = new DOMException('m', 'DataCloneError'); return [e.code, e.name, String(e), e instanceof Error, DOMException.DATA_CLONE_ERR, Object.prototype.toString.call(e)]; });
await new Promise((resolve) => {
  const keep = setTimeout(() => {}, 60_000);
  AbortSignal.timeout(5).addEventListener('abort', ({ target }) => { console.log(target.reason.name, target.reason.message, target.reason.code); clearTimeout(keep); resolve(); });
});
