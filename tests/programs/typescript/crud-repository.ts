// features: classes, generics, errors, dates; oracle: node 22
interface Entity { id: string }
class InMemoryRepository<T extends Entity> {
  protected items = new Map<string, T>();
  constructor(private readonly nextId: () => string) {}
  async create(data: Omit<T, 'id'>): Promise<T> { const item = { id: this.nextId(), ...data } as T; this.items.set(item.id, item); return structuredClone(item); }
  async find(id: string) { return this.items.get(id) ?? null; }
  async update(id: string, patch: Partial<T>): Promise<T> { const cur = this.items.get(id); if (!cur) throw new Error(`Entity ${id} not found`); const next = { ...cur, ...patch, id }; this.items.set(id, next); return next; }
  async query({ where = () => true, orderBy, desc = false, page = 1, pageSize = 2 }: { where?: (t: T) => boolean; orderBy?: keyof T; desc?: boolean; page?: number; pageSize?: number } = {}) {
    let rows = [...this.items.values()].filter(where);
    if (orderBy) rows = rows.toSorted((a, b) => (a[orderBy] < b[orderBy] ? -1 : a[orderBy] > b[orderBy] ? 1 : 0) * (desc ? -1 : 1));
    const total = rows.length;
    return { total, pages: Math.ceil(total / pageSize), rows: rows.slice((page - 1) * pageSize, page * pageSize) };
  }
  async delete(id: string) { return this.items.delete(id); }
}
type User = Entity & { name: string; age: number; createdAt: Date };
let n = 0;
const users = new InMemoryRepository<User>(() => `u${++n}`);
for (const [name, age] of [['Ann', 31], ['Bob', 25], ['Cy', 40], ['Di', 19], ['Ed', 25]] as const) await users.create({ name, age, createdAt: new Date(Date.UTC(2024, 0, n + 1)) });
console.log(await users.query({ orderBy: 'age', desc: true }));
console.log(await users.query({ where: (u) => u.age < 30, orderBy: 'name', page: 2 }));
console.log(await users.update('u2', { age: 26 }), await users.find('zz'), await users.delete('u1'), await users.delete('u1'));
await users.update('nope', {}).catch((e) => console.log(`${e}`));
console.log(users);
