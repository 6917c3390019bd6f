// features: formatting, text; oracle: node 22
type Item = { sku: string; description: string; qty: number; unitPrice: number; taxRate?: number };
const items: Item[] = [
  { sku: 'A-100', description: 'Widget, large', qty: 12, unitPrice: 3.5 },
  { sku: 'B-2', description: 'Gadget', qty: 1, unitPrice: 249.99, taxRate: 0.2 },
  { sku: 'C-33', description: 'Thingamajig with a very long name', qty: 100, unitPrice: 0.07, taxRate: 0 },
];
const money = (n: number) => n.toLocaleString('en-US', { style: 'currency', currency: 'USD' });
const clip = (s: string, n: number) => (s.length > n ? s.slice(0, n - 1) + '…' : s.padEnd(n));
console.log('='.repeat(64));
console.log(`${'SKU'.padEnd(8)}${'Description'.padEnd(22)}${'Qty'.padStart(6)}${'Unit'.padStart(12)}${'Total'.padStart(14)}`);
console.log('-'.repeat(64));
let subtotal = 0, tax = 0;
for (const { sku, description, qty, unitPrice, taxRate = 0.1 } of items) {
  const line = qty * unitPrice;
  subtotal += line;
  tax += line * taxRate;
  console.log(`${sku.padEnd(8)}${clip(description, 21)} ${String(qty).padStart(6)}${money(unitPrice).padStart(12)}${money(line).padStart(14)}`);
}
console.log('-'.repeat(64));
for (const [k, v] of Object.entries({ Subtotal: subtotal, Tax: tax, Total: subtotal + tax })) console.log(k.padStart(50) + money(v).padStart(14));
console.log(`Generated: ${new Date(Date.UTC(2024, 4, 1)).toLocaleDateString('en-US', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' })}`);
