// Runs the tables of the encoding standard, `groups` of labels and `indexes` of characters.
let passed = 0, failed = 0;
const check = (what, given, expected) => {
  if (given === expected) { passed++; return; }
  failed++;
  if (failed <= 40) console.log('MISS', what, JSON.stringify(given), 'for', JSON.stringify(expected));
};
const told = (what) => { console.log(what, passed, 'of', passed + failed); total[0] += passed; total[1] += passed + failed; passed = failed = 0; };
const total = [0, 0];
for (const { encodings } of groups) {
  for (const { labels, name } of encodings) {
    for (const label of labels) {
      let given;
      try { given = new TextDecoder(`\t${label.toUpperCase()} `).encoding; } catch (error) { given = error.name; }
      check(label, given, name === 'replacement' ? 'RangeError' : name.toLowerCase());
    }
  }
}
told('labels');

const text = (point) => (point === null || point === undefined ? undefined : String.fromCodePoint(point));
const decode = (name, bytes) => new TextDecoder(name).decode(new Uint8Array(bytes));
for (const { encodings, heading } of groups) {
  if (!/single-byte/i.test(heading)) continue;
  for (const { name } of encodings) {
    const table = indexes[name.toLowerCase()];
    if (table === undefined) continue;
    for (let at = 0; at < 128; at++) check(`${name} ${at + 128}`, decode(name, [at + 128]), text(table[at]) ?? '\ufffd');
  }
}
told('one byte');

// Where each character stands in two bytes, by its place in the table.
const places = {
  big5: ['big5', (at) => [Math.floor(at / 157) + 0x81, (at % 157) + (at % 157 < 0x3f ? 0x40 : 0x62)]],
  'euc-kr': ['euc-kr', (at) => [Math.floor(at / 190) + 0x81, (at % 190) + 0x41]],
  gb18030: ['gbk', (at) => [Math.floor(at / 190) + 0x81, (at % 190) + (at % 190 < 0x3f ? 0x40 : 0x41)]],
  jis0208: ['shift_jis', (at) => {
    const lead = Math.floor(at / 188), trail = at % 188;
    return [lead + (lead < 0x1f ? 0x81 : 0xc1), trail + (trail < 0x3f ? 0x40 : 0x41)];
  }],
};
const decoders = new Map();
for (const [table, [name, bytesAt]] of Object.entries(places)) {
  decoders.set(name, new TextDecoder(name));
  for (const [at, point] of indexes[table].entries()) {
    const bytes = bytesAt(at);
    if (point === null || bytes[0] > 0xfc + 2 || (name === 'big5' && [1133, 1135, 1164, 1166].includes(at))) continue;
    check(`${name} ${at}`, decoders.get(name).decode(new Uint8Array(bytes)), text(point));
  }
  told(name);
}
for (const [at, point] of indexes.jis0208.entries()) {
  if (point === null || at >= 94 * 94) continue;
  const [lead, trail] = [Math.floor(at / 94) + 0x21, (at % 94) + 0x21];
  check(`euc-jp ${at}`, decode('euc-jp', [lead + 0x80, trail + 0x80]), text(point));
  if (at % 7 === 0) check(`iso-2022-jp ${at}`, decode('iso-2022-jp', [0x1b, 0x24, 0x42, lead, trail]), text(point));
}
told('euc-jp, iso-2022-jp');
console.log('all', ...[total[0], 'of', total[1]]);
if (total[0] / total[1] < 0.98) throw new Error('less than 98 %');
