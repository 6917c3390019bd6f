// refused: a package by dynamic import, not caught; says: moment
const { default: moment } = await import('moment');
console.log(moment().format());
