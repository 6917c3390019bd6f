// refused: a unit that there is not; says: RangeError; furlong
console.log(new Intl.NumberFormat('en-US', { style: 'unit', unit: 'furlong' }).format(3));
