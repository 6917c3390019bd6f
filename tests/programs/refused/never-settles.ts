// refused: a wait for what never comes; says: never
console.log('waiting');
await new Promise(() => {});
