// refused: a package of npm by require; says: lodash
const _ = require('lodash');
console.log(_.uniq([1, 1, 2]));
