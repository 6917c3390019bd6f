// features: json, objects, text; oracle: node 22
const input = { user_name: 'ann', contact_info: { home_phone: null, emails: ['a@x.y'], last_seen_at: '2024-01-02T03:04:05Z' }, order_items: [{ item_id: 1, unit_price: '9.90' }, { item_id: 2, unit_price: '0.10' }] };
type Json = any;
const camel = (s: string) => s.replace(/_([a-z])/g, (_, c) => c.toUpperCase()), snake = (s: string) => s.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const mapKeys = (v: Json, f: (k: string) => string): Json => (Array.isArray(v) ? v.map((x) => mapKeys(x, f)) : v && typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [f(k), mapKeys(x, f)])) : v);
const revive = (v: Json): Json => (typeof v === 'string' && /^\d{4}-\d\d-\d\dT/.test(v) ? new Date(v) : typeof v === 'string' && /^\d+\.\d+$/.test(v) ? Number(v) : Array.isArray(v) ? v.map(revive) : v && typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, revive(x)])) : v);
const out = revive(mapKeys(input, camel));
console.log(out);
console.log(JSON.stringify(mapKeys(out, snake)));
const paths = (v: Json, p = '$'): string[] => (v && typeof v === 'object' && !(v instanceof Date) ? Object.entries(v).flatMap(([k, x]) => paths(x, Array.isArray(v) ? `${p}[${k}]` : `${p}.${k}`)) : [`${p} = ${v instanceof Date ? v.toISOString() : JSON.stringify(v)}`]);
console.log(paths(out).join('\n'));
const query = (v: Json, path: string): Json[] => path.split('.').reduce<Json[]>((nodes, seg) => nodes.flatMap((n) => (seg === '*' ? Object.values(n ?? {}) : seg === '**' ? [n, ...query(n, '*').flatMap((c) => (typeof c === 'object' ? query(c, '**') : []))] : n?.[seg] === undefined ? [] : [n[seg]])), [v]);
console.log(query(out, 'orderItems.*.unitPrice'), query(out, 'contactInfo.emails.0'), query(out, 'nope.x'));
const schema = (v: Json): Json => (v === null ? 'null' : Array.isArray(v) ? [schema(v[0])] : v instanceof Date ? 'date' : typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, schema(x)])) : typeof v);
console.dir(schema(out), { depth: null });
const stable = (v: Json): string => (Array.isArray(v) ? `[${v.map(stable)}]` : v && typeof v === 'object' ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${stable(v[k])}`)}}` : JSON.stringify(v));
console.log(stable({ b: [2, { d: 1, c: null }], a: 'x' }), JSON.stringify({ date: new Date(NaN), nested: { toJSON: () => 'replaced' } }));
const setPath = (o: Json, path: string, v: unknown) => { const ks = path.split('.'); ks.slice(0, -1).reduce((x, k, i) => (x[k] ??= /^\d+$/.test(ks[i + 1]) ? [] : {}), o)[ks.at(-1)!] = v; return o; }; console.log(setPath(setPath({}, 'a.b.0.c', 1), 'a.d', 2));
