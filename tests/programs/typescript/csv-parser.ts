// features: csv, parsing, formatting; oracle: node 22
function parseCSV(text: string, delimiter = ','): string[][] {
  const rows: string[][] = [];
  let row: string[] = [], field = '', inQuotes = false;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (inQuotes) {
      if (ch === '"') {
        if (text[i + 1] === '"') { field += '"'; i++; } else inQuotes = false;
      } else field += ch;
    } else if (ch === '"') inQuotes = true;
    else if (ch === delimiter) { row.push(field); field = ''; }
    else if (ch === '\n') { row.push(field); rows.push(row); row = []; field = ''; }
    else if (ch !== '\r') field += ch;
  }
  if (field || row.length) { row.push(field); rows.push(row); }
  return rows;
}

const csv = 'name,age,city,quote\r\n"Smith, John",42,"New York","He said ""hi"""\r\nJane,35,Paris,"multi\nline"\r\nBob,,Berlin,\r\n';
const [header, ...body] = parseCSV(csv);
const records = body.map((cells) => Object.fromEntries(header.map((h, i) => [h, cells[i]])));
console.log(records);
console.table(records, ['name', 'age', 'city']);
const ages = records.map((r) => parseInt(r.age, 10)).filter(Number.isFinite);
console.log('Average age:', ages.reduce((a, b) => a + b, 0) / ages.length);
const toCSV = (rows: Record<string, string>[]) =>
  [header.join(','), ...rows.map((r) => header.map((h) => (/[",\n]/.test(r[h]) ? `"${r[h].replaceAll('"', '""')}"` : r[h])).join(','))].join('\n');
console.log(toCSV(records));
