// refused: a program that is none; says: SyntaxError; line 4
const a = 1;
function broken( {
  return a +;
}
