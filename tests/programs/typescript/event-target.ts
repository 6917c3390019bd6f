// features: events, web; oracle: node 22
const target = new EventTarget();
const log = (label: string) => (e: Event) => console.log(label, e.type, e instanceof CustomEvent ? e.detail : '');
const a = log('a');
target.addEventListener('greet', a);
target.addEventListener('greet', log('once'), { once: true });
target.addEventListener('greet', { handleEvent(e) { console.log('object', e.type, e.target === target); } });
console.log(target.dispatchEvent(new CustomEvent('greet', { detail: { n: 1 } })));
target.removeEventListener('greet', a);
target.dispatchEvent(new Event('greet'));
target.addEventListener('stop', (e) => { e.preventDefault(); e.stopImmediatePropagation(); });
target.addEventListener('stop', () => console.log('never'));
const ev = new Event('stop', { cancelable: true, bubbles: true });
console.log(target.dispatchEvent(ev), ev.defaultPrevented, ev.bubbles, ev.cancelable, ev.eventPhase);
const ac = new AbortController();
target.addEventListener('x', () => console.log('x heard'), { signal: ac.signal });
target.dispatchEvent(new Event('x'));
ac.abort();
target.dispatchEvent(new Event('x'));
class Typed extends EventTarget { fire(n: number) { this.dispatchEvent(Object.assign(new Event('tick'), { n })); } }
const t = new Typed();
t.addEventListener('tick', (e: any) => console.log('tick', e.n));
[1, 2, 3].forEach((n) => t.fire(n));
try { target.dispatchEvent({} as any); } catch (e: any) { console.log(e.name); }
