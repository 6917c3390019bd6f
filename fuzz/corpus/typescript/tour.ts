// A tour of what a program can do, on the built-in demo server: 200 notes, 500 orders, a long log.
// Run it with `code-executor exec examples/tour.ts`. What it reads stays in the sandbox: only what
// it prints and returns reaches the caller, which for an agent is the model.

// 1. Tools are found by intent, instead of every schema being loaded into the conversation.
const [orders] = await searchTools('rows of the orders table', 1);
const [list] = await searchTools('list the notes', 1);
console.log(`1. found    ${orders.name}, ${list.name}`);

// 2. Every note is read, all of them at once. None of their text is printed.
interface Note { id: number; title: string; body: string; tags: string[] }
const { notes } = await callMCPTool(list.name, { limit: 200 });
const whole: Note[] = await Promise.all(
  notes.map(({ id }: Note) => callMCPTool('mcp__demo__get_note', { id })),
);
const words = whole.flatMap((note) => note.body.split(/\s+/)).length;
const todo = whole.filter((note) => note.tags.includes('todo'));
console.log(`2. read     ${whole.length} notes with ${words} words, ${todo.length} still to do`);

// 3. Rows are filtered at the source, grouped here, and become a small table.
interface Order { region: string; quantity: number; price: number }
const { rows, total } = await callMCPTool(orders.name, {
  where: { date: { min: '2025-10-01', max: '2025-12-31' } },
  columns: ['region', 'quantity', 'price'],
  limit: 500,
});
const regions: Record<string, { orders: number; revenue: number }> = {};
for (const { region, quantity, price } of rows as Order[]) {
  const sum = (regions[region] ??= { orders: 0, revenue: 0 });
  sum.orders += 1;
  sum.revenue += Math.round(quantity * price);
}
console.log(`3. grouped  ${total} orders of the last quarter`);
console.table(regions);

// 4. Five megabytes come in, one line goes out.
const log: string = await callMCPTool('mcp__demo__big', { bytes: 5_000_000 });
const [needle] = log.match(/NEEDLE.*\d/) ?? ['nothing'];
console.log(`4. reduced  ${log.length / 1e6} MB to "${needle}"`);

// 5. A tool that fails throws an error that can be caught, with its server, its name, its words.
let note: { title: string };
try {
  note = await callMCPTool('mcp__demo__get_note', { id: 999 });
} catch (error) {
  if (!(error instanceof McpToolError)) throw error;
  console.log(`5. caught   ${error.tool}: ${error.message}`);
  const { hits } = await callMCPTool('mcp__demo__search_notes', { query: 'night train' });
  [note] = hits;
  console.log(`   instead  "${note.title}"`);
}

// 6. Arguments are checked against the tool's schema before anything is sent.
try {
  await callMCPTool('mcp__demo__get_note', { ID: 7 });
} catch (error) {
  console.log(`6. checked  ${(error as Error).message.replaceAll('; ', ';\n            ')}`);
}

// The result: a small value in place of everything that was read.
export default {
  next: todo.slice(0, 2).map(({ title }) => title),
  best: Object.keys(regions).sort((a, b) => regions[b].revenue - re