const f = async () => { for await (const x of [1]) { yield_: do { continue yield_ } while (0) } };
await f();
({ a: 1, ...{ b: 2 } })