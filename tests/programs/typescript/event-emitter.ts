// features: events, errors; oracle: node 22
import { EventEmitter } from 'node:events';
class Store extends EventEmitter {
  private state: Record<string, unknown> = {};
  set(key: string, value: unknown) { const old = this.state[key]; this.state[key] = value; this.emit('change', { key, old, value }); this.emit(`change:${key}`, value); }
}
const store = new Store();
store.on('change', (e) => console.log('change', e));
store.once('change:a', (v) => console.log('a changed once', v));
store.prependListener('change', () => console.log('first'));
store.set('a', 1);
store.set('a', 2);
console.log(store.listenerCount('change'), store.eventNames(), store.emit('nothing'));
const handler = (x: number) => console.log('h', x);
store.on('n', handler).on('n', handler);
store.off('n', handler);
store.emit('n', 5);
store.removeAllListeners('n');
console.log(store.listenerCount('n'), store.rawListeners('change').length, EventEmitter.defaultMaxListeners);
try { store.emit('error', new Error('unhandled one')); } catch (e: any) { console.log('thrown:', e.message); }
try { store.emit('error', 'text'); } catch (e: any) { console.log(e.code, e.message); }
store.on('error', (e) => console.log('handled', e.message));
store.emit('error', new Error('bad'));
store.on('newListener', (name) => console.log('new listener', name));
store.on('later', function (this: Store) { console.log(this === store); });
store.emit('later');
const [value] = await EventEmitter.once({ addEventListener(_: string, f: (v: number) => void) { f(7); }, removeEventListener() {} } as any, 'x').catch(() => [0]);
console.log(value);
