// features: classes, async, concurrency; oracle: node 22
type Task = { name: string; deps: string[]; run: () => Promise<string> };
class Scheduler {
  private tasks = new Map<string, Task>();
  readonly log: string[] = [];
  add(name: string, deps: string[] = [], ms = 1) {
    this.tasks.set(name, { name, deps, run: async () => { this.log.push(`start ${name}`); await new Promise((r) => setTimeout(r, ms)); this.log.push(`end ${name}`); return name.toUpperCase(); } });
    return this;
  }
  async runAll() {
    const running = new Map<string, Promise<string>>();
    const exec = (name: string, trail: string[] = []): Promise<string> => {
      if (trail.includes(name)) return Promise.reject(new Error(`Circular dependency: ${[...trail, name].join(' → ')}`));
      const task = this.tasks.get(name);
      if (!task) return Promise.reject(new Error(`Unknown task: ${name}`));
      if (!running.has(name)) running.set(name, Promise.all(task.deps.map((d) => exec(d, [...trail, name]))).then(() => task.run()));
      return running.get(name)!;
    };
    return Promise.all([...this.tasks.keys()].map((n) => exec(n)));
  }
}
const s = new Scheduler().add('deploy', ['build', 'test']).add('build', ['install']).add('test', ['install'], 30).add('install');
console.log(await s.runAll());
console.log(s.log.join('\n'));
await new Scheduler().add('a', ['b']).runAll().catch((e) => console.log(e.message));
await new Scheduler().add('x', ['y']).add('y', ['x']).runAll().catch((e) => console.log(e.message));
