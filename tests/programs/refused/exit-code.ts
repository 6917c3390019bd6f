// refused: a program that says that it failed; says: 3
console.log('something went wrong');
process.exit(3);
