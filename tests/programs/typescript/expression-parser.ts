// features: parsing, algorithms, classes; oracle: node 22
type Node = { type: 'num'; value: number } | { type: 'var'; name: string } | { type: 'bin'; op: string; left: Node; right: Node } | { type: 'call'; name: string; args: Node[] } | { type: 'neg'; arg: Node };
class Parser {
  private tokens: string[]; private i = 0;
  constructor(src: string) { this.tokens = src.match(/\d+\.?\d*(?:e[+-]?\d+)?|[a-z_]\w*|\*\*|[-+*/%^(),]|\S/gi) ?? []; }
  static readonly prec: Record<string, [number, boolean]> = { '+': [1, false], '-': [1, false], '*': [2, false], '/': [2, false], '%': [2, false], '^': [4, true], '**': [4, true] };
  parse() { const n = this.expr(0); if (this.peek !== undefined) throw new SyntaxError(`unexpected '${this.peek}' at token ${this.i}`); return n; }
  private get peek() { return this.tokens[this.i]; }
  private expect(t: string) { if (this.tokens[this.i++] !== t) throw new SyntaxError(`expected '${t}'`); }
  private expr(min: number): Node {
    let left = this.unary();
    for (let p; (p = Parser.prec[this.peek]) && p[0] >= min; ) { const op = this.tokens[this.i++]; left = { type: 'bin', op, left, right: this.expr(p[1] ? p[0] : p[0] + 1) }; }
    return left;
  }
  private unary(): Node { if (this.peek === '-') { this.i++; return { type: 'neg', arg: this.expr(3) }; } return this.primary(); }
  private primary(): Node {
    const t = this.tokens[this.i++];
    if (t === undefined) throw new SyntaxError('unexpected end of input');
    if (t === '(') { const n = this.expr(0); this.expect(')'); return n; }
    if (/^\d/.test(t)) return { type: 'num', value: parseFloat(t) };
    if (/^[a-z_]/i.test(t)) { if (this.peek !== '(') return { type: 'var', name: t }; this.i++; const args: Node[] = []; while (this.peek !== ')') { args.push(this.expr(0)); if (this.peek === ',') this.i++; } this.i++; return { type: 'call', name: t, args }; }
    throw new SyntaxError(`unexpected '${t}' at token ${this.i - 1}`);
  }
}
const ops: Record<string, (a: number, b: number) => number> = { '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b, '^': Math.pow, '**': Math.pow };
function evaluate(n: Node, env: Record<string, number> = {}): number {
  switch (n.type) {
    case 'num': return n.value;
    case 'neg': return -evaluate(n.arg, env);
    case 'var': if (!(n.name in env)) throw new ReferenceError(`unknown variable ${n.name}`); return env[n.name];
    case 'bin': return ops[n.op](evaluate(n.left, env), evaluate(n.right, env));
    case 'call': return (Math as any)[n.name](...n.args.map((a) => evaluate(a, env)));
  }
}
for (const s of ['1 + 2 * 3', '(1+2)*3', '2 ^ 3 ^ 2', '-2 ^ 2', 'max(1, 2*3, x) / 4', '10 % 4 - -1', '1.5e3 * 2', 'sqrt(x**2 + y**2)', '1 +', '2 $ 3', '(1', 'q + 1', '1/0'])
  try { console.log(s.padEnd(20), '=', evaluate(new Parser(s).parse(), { x: 3, y: 4 })); } catch (e: any) { console.log(s.padEnd(20), '!', e.name, e.message); }
console.log(JSON.stringify(new Parser('a*(b+1)').parse()));
console.dir(new Parser('1+2*3').parse(), { depth: null });
