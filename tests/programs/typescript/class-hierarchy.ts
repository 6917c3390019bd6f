// features: classes, inspect; oracle: node 22
abstract class Shape {
  static count = 0;
  static #registry: Shape[] = [];
  abstract area(): number;
  constructor(protected readonly name: string) { Shape.count++; Shape.#registry.push(this); }
  toString() { return `${this.name}(${this.area().toFixed(2)})`; }
  get [Symbol.toStringTag]() { return 'Shape'; }
  static all() { return [...Shape.#registry]; }
  static { console.log('static block ran'); }
}
class Circle extends Shape {
  constructor(private r: number) { super('Circle'); }
  area() { return Math.PI * this.r ** 2; }
}
class Rect extends Shape {
  #secret = 'hidden';
  constructor(public w: number, public h: number) { super('Rect'); }
  area() { return this.w * this.h; }
  get isSquare() { return this.w === this.h; }
  set scale(n: number) { this.w *= n; this.h *= n; }
  reveal() { return this.#secret; }
  static isRect(o: object): o is Rect { return #secret in o; }
}
const shapes: Shape[] = [new Circle(2), new Rect(3, 4), new Rect(2, 2)];
console.log(shapes.map(String).join(', '), Shape.count, Shape.all().length);
const r = shapes[1] as Rect;
r.scale = 2;
console.log(r.area(), r.isSquare, r.reveal(), Rect.isRect(r), Rect.isRect({}));
console.log(Object.prototype.toString.call(r), r instanceof Shape, Object.keys(r));
console.log(shapes.sort((a, b) => a.area() - b.area()).map((s) => s.constructor.name));
class Point { x = 1; y = { z: [1, 2] }; #p = 3; method() {} get g() { return 1; } static s = 1; }
console.log(new Point(), [new Point()], Point, class {}, class extends Point {});
console.log(JSON.stringify(new Point()), Object.getOwnPropertyNames(Point.prototype));
class Empty {}
console.log(new Empty(), Object.create(null), Object.create({ a: 1 }), new (class Foo extends Map {})([[1, 2]]));
const mixin = <T extends new (...a: any[]) => {}>(B: T) => class extends B { tagged = true; };
console.log(new (mixin(Point))().tagged, mixin(Empty).name);
