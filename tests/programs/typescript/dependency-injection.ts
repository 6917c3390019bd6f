// features: classes, decorators, generics; oracle: deno 2.9
type Ctor<T = any> = new (...args: any[]) => T;
const meta = new WeakMap<Ctor, Ctor[]>();
const Service = (...deps: Ctor[]) => <C extends Ctor>(target: C) => { meta.set(target, deps); return target; };
class Container {
  private singletons = new Map<Ctor, unknown>();
  private depth = 0;
  resolve<T>(token: Ctor<T>): T {
    if (this.singletons.has(token)) return this.singletons.get(token) as T;
    console.log('  '.repeat(this.depth) + `create ${token.name}`);
    this.depth++;
    const args = (meta.get(token) ?? []).map((d) => this.resolve(d));
    this.depth--;
    const inst = new token(...args);
    this.singletons.set(token, inst);
    return inst;
  }
}
@Service() class Config { readonly values = { dsn: 'memory://' }; }
@Service(Config) class Database { constructor(private config: Config) {} query(sql: string) { return `${this.config.values.dsn} <- ${sql}`; } }
@Service(Database, Config) class UserRepo { constructor(private db: Database, readonly config: Config) {} find(id: number) { return this.db.query(`select ${id}`); } }
const container = new Container();
const repo = container.resolve(UserRepo);
console.log(repo.find(7));
console.log(container.resolve(Config) === repo.config, repo instanceof UserRepo, UserRepo.name);
function sealed(c: Function) { Object.seal(c); Object.seal(c.prototype); }
function first() { console.log('first(): factory'); return (_t: any, _k: string, _d: PropertyDescriptor) => console.log('first(): called'); }
function second() { console.log('second(): factory'); return (_t: any, _k: string, _d: PropertyDescriptor) => console.log('second(): called'); }
@sealed class Example { @first() @second() method() {} }
console.log(Object.isSealed(Example), typeof new Example().method);
function enumerable(value: boolean) { return (_t: any, _k: string, d: PropertyDescriptor) => { d.enumerable = value; }; }
class Greeter { constructor(private g: string) {} @enumerable(true) greet() { return this.g; } get other() { return 1; } }
const keys: string[] = []; for (const k in new Greeter('x')) keys.push(k); console.log(keys.join());
