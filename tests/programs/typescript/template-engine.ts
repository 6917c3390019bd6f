// features: templates, regex, text; oracle: node 22
function render(tpl: string, data: any): string {
  return tpl
    .replace(/\{\{#each (\w+)\}\}([\s\S]*?)\{\{\/each\}\}/g, (_, key, inner) => (data[key] ?? []).map((item: any, index: number) => render(inner, { ...data, ...(typeof item === 'object' ? item : { this: item }), index })).join(''))
    .replace(/\{\{#if (\w+)\}\}([\s\S]*?)(?:\{\{else\}\}([\s\S]*?))?\{\{\/if\}\}/g, (_, key, yes, no = '') => render(data[key] ? yes : no, data))
    .replace(/\{\{\{(\w+)\}\}\}/g, (_, k) => String(data[k] ?? ''))
    .replace(/\{\{\s*([\w.]+)(?:\s*\|\s*(\w+))?\s*\}\}/g, (_, path, filter) => {
      let v = path.split('.').reduce((o: any, k: string) => o?.[k], data) ?? '';
      if (filter === 'upper') v = String(v).toUpperCase();
      if (filter === 'money') v = `$${Number(v).toFixed(2)}`;
      return String(v).replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]!);
    });
}
const html = render(`<h1>{{ title | upper }}</h1>
{{#if items}}<ul>{{#each items}}
  <li>{{index}}. {{name}}: {{price | money}}{{#if sale}} SALE!{{else}} -{{/if}}</li>{{/each}}
</ul>{{else}}<p>none</p>{{/if}}
<p>{{ user.name }} said {{quote}} / {{{raw}}}</p>`, { title: 'shop', items: [{ name: 'A & B', price: 1.5, sale: true }, { name: '<C>', price: 20 }], user: { name: 'Ann' }, quote: `"it's"`, raw: '<b>ok</b>' });
console.log(html);
const tag = (s: TemplateStringsArray, ...v: unknown[]) => s.raw.reduce((a, x, i) => a + x + (i < v.length ? `[${v[i]}]` : ''), '');
console.log(tag`a${1}b\n${'two'}c`, String.raw`\t${2}\u0041`, `nested ${`inner ${1 + 1}`} \${esc}`);
const dedent = (s: TemplateStringsArray) => { const lines = s[0].replace(/^\n|\s+$/g, '').split('\n'); const n = Math.min(...lines.filter((l) => l.trim()).map((l) => l.match(/^ */)![0].length)); return lines.map((l) => l.slice(n)).join('\n'); };
console.log(dedent`
    first
      second

    third
`);
