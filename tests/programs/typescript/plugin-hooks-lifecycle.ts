// features: classes, events, async, generics; oracle: node 22
type Hooks = { init: [config: Config]; transform: [source: string, id: string]; done: [] };
interface Config { name: string; minify?: boolean }
type Plugin = { name: string; enforce?: 'pre' | 'post' } & { [K in keyof Hooks]?: (...args: Hooks[K]) => unknown };
class Pipeline {
  readonly #plugins: Plugin[];
  readonly timings = new Map<string, number>();
  constructor(private readonly config: Config, plugins: (Plugin | false | Plugin[])[]) { const rank = { pre: 0, undefined: 1, post: 2 } as Record<string, number>; this.#plugins = plugins.flat().filter((p): p is Plugin => Boolean(p)).sort((a, b) => rank[String(a.enforce)] - rank[String(b.enforce)]); }
  async #call<K extends keyof Hooks>(hook: K, ...args: Hooks[K]) { for (const p of this.#plugins) { if (!p[hook]) continue; try { const r = await (p[hook] as any)(...args); if (typeof r === 'string') (args as any)[0] = r; } catch (e) { throw new Error(`[${p.name}] ${hook} failed`, { cause: e }); } finally { this.timings.set(`${p.name}:${hook}`, (this.timings.get(`${p.name}:${hook}`) ?? 0) + 1); } } return args[0]; }
  async run(files: Record<string, string>) { await this.#call('init', this.config); const out: Record<string, string> = {}; for (const [id, src] of Object.entries(files)) out[id] = (await this.#call('transform', src, id)) as string; await this.#call('done'); return out; }
  get names() { return this.#plugins.map((p) => p.name); }
}
const minify: Plugin = { name: 'minify', enforce: 'post', transform: (s) => s.replace(/\s+/g, ' ').trim() };
const banner: Plugin = { name: 'banner', transform: (s, id) => `/* ${id} */\n${s}`, init: (c) => console.log('init', c) };
const strip: Plugin = { name: 'strip', enforce: 'pre', async transform(s) { await null; return s.replace(/\/\/.*$/gm, ''); }, done: () => console.log('strip done') };
const p = new Pipeline({ name: 'demo' }, [minify, [banner, strip], false]);
console.log(p.names, await p.run({ 'a.js': 'let a = 1; // one\n  let b = 2;', 'b.js': '' }));
console.log(p.timings, p);
await new Pipeline({ name: 'x' }, [{ name: 'bad', transform() { throw new SyntaxError('unexpected token'); } }]).run({ f: '' }).catch((e) => console.log(e.message, '|', e.cause.name, e.cause.message));
