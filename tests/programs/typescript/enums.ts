// features: enums, typescript; oracle: node 22
enum Direction { Up = 1, Down, Left, Right }
enum Color { Red = 'RED', Green = 'GREEN', Blue = 'BLUE' }
enum Flags { None = 0, Read = 1 << 0, Write = 1 << 1, Exec = 1 << 2, All = Read | Write | Exec }
enum Mixed { A, B = 'b', C = 10, D }
console.log(Direction.Up, Direction[2], Direction['Left'], Object.keys(Direction).length);
console.log(Direction, Color, Mixed);
console.log(Object.values(Color), Object.entries(Color));
const describe = (f: Flags) => Object.entries(Flags).filter(([, v]) => typeof v === 'number' && v && (f & v) === v).map(([k]) => k).join('|') || 'None';
console.log(describe(Flags.Read | Flags.Exec), describe(Flags.All), describe(Flags.None));
const isColor = (s: string): s is Color => Object.values(Color).includes(s as Color);
console.log(isColor('RED'), isColor('PINK'));
switch (Direction.Down as Direction) { case Direction.Up: console.log('up'); break; case Direction.Down: console.log('down'); break; }
namespace Geometry {
  export const TAU = Math.PI * 2;
  export namespace Units { export enum Length { Mm, Cm = 10, M = 1000 } }
  export function circumference(r: number) { return TAU * r; }
}
console.log(Geometry.circumference(1).toFixed(5), Geometry.Units.Length.M, Geometry.Units.Length[10]);
const Level = { Low: 'low', High: 'high' } as const;
type Level = (typeof Level)[keyof typeof Level];
const l: Level = Level.High;
console.log(l, typeof Direction);
