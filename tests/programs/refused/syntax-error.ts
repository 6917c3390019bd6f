// refused: a program that is none; says: SyntaxError; 4
const a = 1;
function broken( {
  return a +;
}
