// features: pagination, async, generators; oracle: node 22
interface Page<T> { items: T[]; nextCursor: string | null }
const all = Array.from({ length: 23 }, (_, i) => ({ id: i + 1, name: `user${i + 1}` }));
let requests = 0;
async function fetchPage(cursor: string | null, limit = 5): Promise<Page<{ id: number; name: string }>> {
  requests++;
  await new Promise((r) => setTimeout(r, 1));
  const offset = cursor ? Number(atob(cursor)) : 0;
  const items = all.slice(offset, offset + limit);
  const next = offset + limit;
  return { items, nextCursor: next < all.length ? btoa(String(next)) : null };
}
async function* paginate(limit?: number) {
  let cursor: string | null = null;
  do {
    const page: Page<{ id: number; name: string }> = await fetchPage(cursor, limit);
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor);
}
const users: { id: number; name: string }[] = [];
for await (const user of paginate()) users.push(user);
console.log(users.length, requests, users.at(-1));
let n = 0;
for await (const user of paginate(10)) { if (++n > 12) break; }
console.log('stopped after', n, 'requests', requests);
const collected = await Array.fromAsync(paginate(7), (u) => u.id);
console.log(collected.join(','));
const first = await paginate().next();
console.log(first);
