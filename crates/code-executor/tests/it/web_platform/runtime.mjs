// performance, navigator, channels and what is reported: run here and by Node, which prints the same.
const fails = async (name, f) => { try { console.log(name, '=>', await f()); } catch (e) { console.log(name, '|', e?.name, '|', e?.message, '|', e?.code); } };
await fails('mc', () => new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port2.onmessage = ({ data }) => { resolve(data); port1.close(); }; port1.postMessage({ a: [1, new Map([[1, 2]])] }); }));
await fails('mc2', () => { const { port1 } = new MessageChannel(); port1.postMessage(() => 1); });
await fails('mark', () => { const m = performance.mark('a', { startTime: 5, detail: { x: 1 } }); performance.mark('b', { startTime: 9 }); const s = performance.measure('m', 'a', 'b'); return [m, s, performance.getEntriesByType('mark').length, performance.getEntriesByName('m').length, s.toJSON()]; });
await fails('measure', () => performance.measure('x', 'none'));
await fails('measure2', () => [performance.measure('x', { start: 3, end: 8 }).duration, performance.measure('x', { start: 3, duration: 8, detail: 'q' }), typeof performance.measure('y').duration]);
await fails('clear', () => { performance.clearMarks(); performance.clearMeasures(); return performance.getEntries().filter((e) => e.entryType !== 'resource').length; });
await fails('perf', () => [typeof performance.now(), typeof performance.timeOrigin, Object.prototype.toString.call(performance), Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 50, performance.timeOrigin === performance.timeOrigin]);
await fails('nav', () => [typeof navigator.userAgent, navigator.language]);
