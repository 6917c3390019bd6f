// Timers, case by case. Run here and by the real Node, which have to print the same.
const show = (label, work) => {
  try { console.log(`${label}:`, work()); } catch (error) { console.log(`${label}: ${error.name} ${error.code} ${error.message}`); }
};
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
for (const set of [setTimeout, setInterval, setImmediate]) {
  const timer = set(() => {}, 100000);
  show(`${set.name} ref`, () => [timer.hasRef(), timer.unref() === timer, timer.hasRef(), timer.ref() === timer, timer.hasRef()]);
  show(`${set.name} kind`, () => [typeof timer, timer.constructor.name, set.length]);
  timer.unref();
  show(`${set.name} refused`, () => set('code'));
  show(`${set.name} of nothing`, () => set());
}
const timer = setTimeout(() => console.log('never'), 1);
show('primitive', () => [typeof timer[Symbol.toPrimitive](), +timer > 0, `${timer}` === String(+timer)]);
show('refreshed', () => timer.refresh() === timer);
show('closed', () => timer.close() === timer);
clearTimeout(+setTimeout(() => console.log('never'), 1));
clearTimeout(String(+setTimeout(() => console.log('never'), 1)));
clearInterval(setTimeout(() => console.log('never'), 1));
clearTimeout(setInterval(() => console.log('never'), 1));
clearImmediate(setImmediate(() => console.log('never')));
for (const nothing of [undefined, null, 0, -1, 'x', {}, [], Symbol.iterator, NaN]) show('cleared nothing', () => clearTimeout(nothing));
setTimeout((...args) => console.log('arguments', args), 1, 1, 'two', { three: 3 });
await later(50);
setImmediate((...args) => console.log('immediate arguments', args), 'a', 'b');
let count = 0;
const interval = setInterval((step) => { count += step; if (count >= 6) { clearInterval(interval); console.log('ticks', count); } }, 1, 2);
await later(200);
const order = [];
setTimeout(() => order.push('1'), 1);
setTimeout(() => order.push('0'), 0);
setTimeout(() => { order.push('a'); queueMicrotask(() => order.push('micro')); process.nextTick(() => order.push('tick')); }, 3);
setTimeout(() => order.push('b'), 3);
queueMicrotask(() => order.push('first'));
process.nextTick(() => order.push('next tick'));
await later(200);
console.log(order.join(' '));
setTimeout(function () { console.log('this', this === outer, this?.constructor.name); }, 1);
const outer = null;
await later(100);
show('queueMicrotask', () => queueMicrotask(5));
const unheld = setTimeout(() => console.log('never'), 100000);
unheld.unref();
const disposed = setTimeout(() => console.log('never'), 1);
disposed[Symbol.dispose]();
await later(50);
console.log('end');
