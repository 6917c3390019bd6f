// refused: a time zone that there is not; says: RangeError; Mars/Phobos
console.log(new Date(0).toLocaleString('en-US', { timeZone: 'Mars/Phobos' }));
