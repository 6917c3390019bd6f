// features: typescript, generics, errors; oracle: node 22
type Issue = { path: (string | number)[]; message: string };
abstract class Schema<T> {
  abstract check(v: unknown, path: (string | number)[], issues: Issue[]): T;
  parse(v: unknown): T { const r = this.safeParse(v); if (!r.success) throw new ValidationError(r.issues); return r.data; }
  safeParse(v: unknown): { success: true; data: T } | { success: false; issues: Issue[] } { const issues: Issue[] = []; const data = this.check(v, [], issues); return issues.length ? { success: false, issues } : { success: true, data }; }
  optional(): Schema<T | undefined> { const self = this; return new (class extends Schema<T | undefined> { check(v: unknown, p: (string | number)[], i: Issue[]) { return v === undefined ? undefined : self.check(v, p, i); } })(); }
}
class ValidationError extends Error { constructor(readonly issues: Issue[]) { super(issues.map((i) => `${i.path.join('.') || '(root)'}: ${i.message}`).join('; ')); this.name = 'ValidationError'; } }
class Str extends Schema<string> {
  private rules: [(s: string) => boolean, string][] = [];
  check(v: unknown, path: (string | number)[], issues: Issue[]) { if (typeof v !== 'string') issues.push({ path, message: `expected string, received ${v === null ? 'null' : Array.isArray(v) ? 'array' : typeof v}` }); else for (const [ok, message] of this.rules) if (!ok(v)) issues.push({ path, message }); return v as string; }
  min(n: number) { this.rules.push([(s) => s.length >= n, `must be at least ${n} characters`]); return this; }
  email() { this.rules.push([(s) => /^[^@\s]+@[^@\s]+\.\w+$/.test(s), 'invalid email']); return this; }
}
class Num extends Schema<number> { constructor(private lo = -Infinity, private hi = Infinity) { super(); } check(v: unknown, path: (string | number)[], issues: Issue[]) { if (typeof v !== 'number' || Number.isNaN(v)) issues.push({ path, message: `expected number, received ${typeof v}` }); else if (v < this.lo || v > this.hi) issues.push({ path, message: `must be between ${this.lo} and ${this.hi}` }); return v as number; } }
class Arr<T> extends Schema<T[]> { constructor(private item: Schema<T>) { super(); } check(v: unknown, path: (string | number)[], issues: Issue[]) { if (!Array.isArray(v)) { issues.push({ path, message: 'expected array' }); return []; } return v.map((x, i) => this.item.check(x, [...path, i], issues)); } }
class Obj<S extends Record<string, Schema<any>>> extends Schema<{ [K in keyof S]: S[K] extends Schema<infer U> ? U : never }> { constructor(private shape: S) { super(); } check(v: any, path: (string | number)[], issues: Issue[]): any { if (typeof v !== 'object' || !v) { issues.push({ path, message: 'expected object' }); return {}; } for (const k of Object.keys(v)) if (!(k in this.shape)) issues.push({ path: [...path, k], message: 'unknown key' }); return Object.fromEntries(Object.entries(this.shape).map(([k, s]) => [k, s.check(v[k], [...path, k], issues)])); } }
const z = { string: () => new Str(), number: (a?: number, b?: number) => new Num(a, b), array: <T>(s: Schema<T>) => new Arr(s), object: <S extends Record<string, Schema<any>>>(s: S) => new Obj(s) };
const User = z.object({ name: z.string().min(2), email: z.string().email(), age: z.number(0, 150).optional(), tags: z.array(z.string()) });
console.log(User.parse({ name: 'Ann', email: 'a@b.co', tags: ['x'] }));
try { User.parse({ name: 'A', email: 'nope', age: 200, tags: ['ok', 5, null], extra: 1 }); } catch (e: any) { console.log(e.name, e.message); console.log(e.issues); }
console.log(User.safeParse(null), User.safeParse([]));
