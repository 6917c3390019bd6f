// features: console, formatting; oracle: node 22
const rows = [{ id: 1, name: 'Ünïcode', price: 9.5, ok: true }, { id: 2, name: '日本語', price: null, ok: false, extra: [1, 2] }];
console.table(rows);
console.table(rows, ['id', 'name']);
console.table({ first: { a: 1 }, second: { a: 2, b: 'x' } });
console.table([]);
console.table([1, 'two', { three: 3 }]);
console.table(new Set([1, 'a']));
console.table([[1, [2, 3]], ['x', { y: 1 }]]);
console.table('just text');
console.table([{ d: new Date(0), u: undefined, f: () => 1, s: Symbol('q') }]);
console.groupCollapsed('Collapsed');
console.table([{ in: 'group' }]);
console.log('multi\nline', { a: 1,
  b: 'x'.repeat(70), c: [1, 2, 3] });
console.groupEnd();
console.count('loop'); console.count('loop'); console.countReset('loop'); console.count('loop');
console.dir([1, { a: { b: { c: {} } } }]);
console.dirxml('x', { y: 1 });
console.debug('debug %i%%', 42.9);
console.log('%o', { f() {}, n: [1] });
console.log('%d|%i|%f|%s|%j', '42', '42.7', '3.5abc', { toString() { return 'custom'; } }, { a: [1] });
console.log('%s', 'a', 'b', { c: 1 }, ['d'], null);
console.log(new Array(3), [1, , 3], Array(101).fill(0).length, ['x'.repeat(5)], [['a', 1], ['b', 2]]);
