// features: collections, formatting, intl; oracle: node 22
interface Product { id: number; name: string; category: string; price: number; stock: number; tags: string[] }
const products: Product[] = [
  { id: 1, name: 'Laptop', category: 'Electronics', price: 999.99, stock: 5, tags: ['computer', 'portable'] },
  { id: 2, name: 'Mouse', category: 'Electronics', price: 25.5, stock: 150, tags: ['computer', 'accessory'] },
  { id: 3, name: 'Desk', category: 'Furniture', price: 350, stock: 0, tags: ['office'] },
  { id: 4, name: 'Chair', category: 'Furniture', price: 149.95, stock: 12, tags: ['office', 'ergonomic'] },
  { id: 5, name: 'Notebook', category: 'Stationery', price: 3.25, stock: 1000, tags: ['office', 'paper'] },
];
const summary = Object.entries(Object.groupBy(products, (p) => p.category)).map(([category, items]) => ({
  category,
  count: items!.length,
  value: items!.reduce((s, p) => s + p.price * p.stock, 0),
  avgPrice: +(items!.reduce((s, p) => s + p.price, 0) / items!.length).toFixed(2),
}));
console.table(summary);
const fmt = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
for (const { category, count, value } of summary.sort((a, b) => b.value - a.value)) console.log(`${category.padEnd(12)} ${String(count).padStart(3)} ${fmt.format(value).padStart(14)}`);
const tagIndex = products.flatMap((p) => p.tags.map((t) => [t, p.name] as const)).reduce((m, [t, n]) => m.set(t, [...(m.get(t) ?? []), n]), new Map<string, string[]>());
console.log(tagIndex);
console.log('Out of stock:', products.filter((p) => !p.stock).map((p) => p.name).join(', ') || 'none');
const { cheapest, priciest } = { cheapest: products.reduce((a, b) => (a.price < b.price ? a : b)), priciest: products.toSorted((a, b) => b.price - a.price)[0] };
console.log(cheapest, priciest.name);
console.log(JSON.stringify(products.map(({ id, name, ...rest }) => ({ id, label: `${name} (${rest.category})` })), null, 2));
console.log(products.findLastIndex((p) => p.price > 100), products.some((p) => p.stock > 500), products.every((p) => p.price > 0), products.at(-1)?.name);
