// features: resources, classes; oracle: deno 2.9
class Connection implements Disposable {
  constructor(readonly name: string) { console.log(`open ${name}`); }
  query(q: string) { return `${this.name}: ${q}`; }
  [Symbol.dispose]() { console.log(`close ${this.name}`); }
}
function work() {
  using a = new Connection('a');
  using b = new Connection('b');
  console.log(b.query('select 1'));
  return a.name;
}
console.log(work());
try { { using c = new Connection('c'); throw new Error('inside'); } } catch (e) { console.log((e as Error).message); }
{
  await using f = { async [Symbol.asyncDispose]() { await null; console.log('async disposed'); } };
  console.log('in block', typeof f);
}
for (using x of [new Connection('1'), new Connection('2')]) console.log('using', x.name);
const stack = new DisposableStack();
stack.defer(() => console.log('deferred'));
stack.use(new Connection('stacked'));
stack.adopt('value', (v) => console.log('adopted', v));
stack.dispose();
console.log(stack.disposed);
try { using q = { [Symbol.dispose]() { throw new Error('dispose failed'); } }; throw new Error('body failed'); } catch (e: any) { console.log(e.name, e.error?.message, e.suppressed?.message); }
