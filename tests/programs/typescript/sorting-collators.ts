// features: sorting, intl; oracle: node 22
const words = ['Zebra', 'apple', 'Äpfel', 'zoo', 'éclair', 'Eclair', 'banana', 'Banana', 'ähnlich', 'ø', 'ñandú', 'nube'];
console.log([...words].sort());
console.log([...words].sort((a, b) => a.localeCompare(b)));
console.log([...words].sort(new Intl.Collator('de').compare), [...words].sort(new Intl.Collator('sv').compare));
console.log(words.toSorted(new Intl.Collator('en', { sensitivity: 'base' }).compare));
const files = ['file10.txt', 'file2.txt', 'File1.txt', 'file1.txt', 'file 3.txt'];
console.log(files.toSorted(new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare), files.toSorted((a, b) => a.localeCompare(b, undefined, { numeric: true })));
console.log('a'.localeCompare('b'), 'b'.localeCompare('a'), 'a'.localeCompare('A'), 'a'.localeCompare('á', 'en', { sensitivity: 'base' }), 'résumé'.localeCompare('resume'), 'a'.localeCompare('A', undefined, { sensitivity: 'accent' }));
console.log(['b', 'a', 'C'].sort(new Intl.Collator('en', { caseFirst: 'upper' }).compare), [10, 9, 1, 100].sort(), [3, 1, 2].sort((a, b) => b - a));
const people = [{ n: 'Bob', a: 30 }, { n: 'alice', a: 25 }, { n: 'Carol', a: 30 }, { n: 'dave', a: 25 }];
const by = <T>(...keys: ((x: T) => any)[]) => (a: T, b: T) => { for (const k of keys) { const [x, y] = [k(a), k(b)]; if (x < y) return -1; if (x > y) return 1; } return 0; };
console.log(people.sort(by((p) => -p.a, (p) => p.n.toLowerCase())).map((p) => p.n));
console.log([undefined, 3, null, 1].sort(), ['é', 'z', 'a'].sort(), [true, false].sort(), [[2, 'b'], [1, 'a']].sort());
const versions = ['1.10.0', '1.2.0', '1.2.10', '2.0.0-beta', '1.2.9'];
console.log(versions.sort((a, b) => a.localeCompare(b, undefined, { numeric: true })));
const quick = <T>(xs: T[]): T[] => (xs.length < 2 ? xs : [...quick(xs.slice(1).filter((x) => x < xs[0])), xs[0], ...quick(xs.slice(1).filter((x) => x >= xs[0]))]);
console.log(quick([5, 3, 8, 1, 9, 2]), Array.from({ length: 30 }, (_, i) => ({ i, k: i % 3 })).sort((a, b) => a.k - b.k).slice(0, 3).map((x) => x.i));
