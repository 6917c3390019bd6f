// refused: a package of npm, as in Deno; says: npm:lodash
import _ from 'npm:lodash@4';
console.log(_.chunk([1, 2, 3], 2));
