// refused: a package of JSR; says: jsr:@std/csv
import { parse } from 'jsr:@std/csv';
console.log(parse('a,b'));
