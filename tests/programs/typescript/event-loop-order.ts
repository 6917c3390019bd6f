// features: event-loop, timers, process; oracle: node 22
console.log('1 sync');
setTimeout(() => console.log('8 timeout 60'), 60);
Promise.resolve().then(() => { console.log('4 micro'); process.nextTick(() => console.log('6 tick in micro')); }).then(() => console.log('5 micro 2'));
queueMicrotask(() => console.log('4b microtask'));
(async () => { console.log('2 async start'); await undefined; console.log('4c after await'); })();
console.log('3 sync end');
setTimeout(() => {
  console.log('7 timer');
  Promise.resolve().then(() => console.log('7a micro of timer'));
  process.nextTick(() => console.log('7b tick of timer'));
}, 1);
const t = setTimeout(() => console.log('never'), 2);
clearTimeout(t);
clearTimeout(undefined);
setTimeout((a: number, b: string) => {
  console.log('args', a, b);
  let count = 0;
  const i = setInterval(() => { console.log('interval', ++count); if (count === 3) clearInterval(i); }, 1);
}, 100, 1, 'two');
process.on('exit', (code) => console.log('exit', code));
