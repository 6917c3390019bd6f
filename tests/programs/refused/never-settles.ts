// refused: a wait for what never comes; says: nothing can settle
console.log('waiting');
await new Promise(() => {});
