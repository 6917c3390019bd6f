// refused: a currency style without a currency; says: TypeError; urrency
console.log((5).toLocaleString('en-US', { style: 'currency' }));
