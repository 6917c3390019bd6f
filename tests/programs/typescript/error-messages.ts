// features: errors; oracle: node 22
// What the engine says of common mistakes; programs print and match these messages.
const mistakes: (() => unknown)[] = [
  () => (null as any).x, () => (undefined as any).foo(), () => ({} as any).fn(), () => { const c = 1; (c as any) = 2; },
  () => new Array(-1), () => 'x'.repeat(-1), () => (1).toFixed(101), () => new (5 as any)(), () => (void notDefined),
  () => { for (const q of 5 as any) q; }, () => [].reduce((a) => a), () => { let r = (): any => r(); r(); },
  () => Object.defineProperty(Object.freeze({}), 'a', { value: 1 }), () => (Object.freeze([1]) as any).push(2),
  () => { const user: any = {}; return user.profile.name; }, () => { const list: any = undefined; return list.map((x: any) => x); },
  () => { const { y } = undefined as any; return y; }, () => { class A {} (A as any)(); }, () => Symbol() + '',
  () => BigInt('x'), () => ('k' as any) in ('str' as any), () => 'a'.localeCompare('b', 'not_a_locale'),
];
for (const mistake of mistakes) {
  try { mistake(); console.log('no error'); } catch (e: any) { console.log(`${e.constructor.name}: ${e.message}`); }
}
declare const notDefined: unknown;
