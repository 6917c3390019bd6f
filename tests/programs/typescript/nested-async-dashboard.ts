// features: promises, concurrency, formatting, errors; oracle: node 22
const services: Record<string, () => Promise<{ up: boolean; latency: number }>> = {
  api: async () => ({ up: true, latency: 42 }), db: () => new Promise((r) => setTimeout(() => r({ up: true, latency: 7 }), 3)), cache: () => Promise.reject(Object.assign(new Error('ECONNREFUSED'), { code: 'ECONNREFUSED', port: 6379 })), search: () => new Promise(() => {}),
};
const withDeadline = <T>(p: Promise<T>, ms: number, name: string) => { let timer: NodeJS.Timeout; return Promise.race([p, new Promise<never>((_, rej) => { timer = setTimeout(() => rej(new DOMException(`${name} took over ${ms} ms`, 'TimeoutError')), ms); })]).finally(() => clearTimeout(timer)); };
const report = await Promise.all(Object.entries(services).map(async ([name, check]) => { try { const { latency } = await withDeadline(check(), 40, name); return { name, status: 'UP' as const, detail: `${latency} ms` }; } catch (e) { const err = e as Error & { code?: unknown }; return { name, status: 'DOWN' as const, detail: `${err.name}: ${err.message}`, code: err.code }; } }));
for (const { name, status, detail } of report) console.log(`${status === 'UP' ? '✔' : '✘'} ${name.padEnd(8)} ${status.padEnd(5)} ${detail}`);
console.log(report.filter((r) => r.status === 'DOWN').map((r) => r.code));
console.table(report);
const summary = Map.groupBy(report, (r) => r.status); console.log(`${summary.get('UP')!.length}/${report.length} healthy`, [...summary.keys()]);
const e = new DOMException('gone', 'AbortError'); console.log(e.name, e.message, e.code, e instanceof Error, DOMException.ABORT_ERR, String(e), Object.prototype.toString.call(e));
const progress: string[] = []; const tracked = await Promise.all([3, 1, 2].map((n) => new Promise<number>((r) => setTimeout(() => { progress.push(`done ${n}`); r(n); }, n * 15)))); console.log(tracked, progress);
const queue = [1, 2, 3, 4, 5]; const done: number[] = []; await Promise.all(Array.from({ length: 2 }, async (_, w) => { for (let job; (job = queue.shift()) !== undefined; ) { await Promise.resolve(); done.push(job * 10 + w); } })); console.log(done);
