// refused: a program that says so and runs on to its end; says: 2
process.exitCode = 2;
console.log('reached the end');
