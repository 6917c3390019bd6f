// features: text, regex, templates; oracle: node 22
function markdown(src: string): string {
  const inline = (s: string) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/`([^`]+)`/g, '<code>$1</code>').replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>').replace(/(?<!\w)_(.+?)_(?!\w)/g, '<em>$1</em>').replace(/!\[(.*?)\]\((.*?)\)/g, '<img alt="$1" src="$2">').replace(/\[(.*?)\]\((.*?)\)/g, '<a href="$2">$1</a>');
  const out: string[] = [];
  const lines = src.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    let m: RegExpMatchArray | null;
    if ((m = line.match(/^```(\w*)/))) { const code: string[] = []; while (!lines[++i]?.startsWith('```')) code.push(lines[i]); out.push(`<pre><code class="${m[1]}">${code.join('\n').replace(/</g, '&lt;')}</code></pre>`); }
    else if ((m = line.match(/^(#{1,6}) (.*)/))) out.push(`<h${m[1].length} id="${m[2].toLowerCase().replace(/[^\w]+/g, '-')}">${inline(m[2])}</h${m[1].length}>`);
    else if (/^[-*] /.test(line)) { const items: string[] = []; while (/^[-*] /.test(lines[i] ?? '')) items.push(`  <li>${inline(lines[i++].slice(2))}</li>`); i--; out.push(`<ul>\n${items.join('\n')}\n</ul>`); }
    else if (/^\|/.test(line)) { const rows: string[][] = []; while (/^\|/.test(lines[i] ?? '')) rows.push(lines[i++].split('|').slice(1, -1).map((c) => c.trim())); i--; out.push('<table>' + rows.filter((_, k) => k !== 1).map((r, k) => `<tr>${r.map((c) => (k ? `<td>${c}</td>` : `<th>${c}</th>`)).join('')}</tr>`).join('') + '</table>'); }
    else if (line.startsWith('> ')) out.push(`<blockquote>${inline(line.slice(2))}</blockquote>`);
    else if (line.trim()) out.push(`<p>${inline(line)}</p>`);
  }
  return out.join('\n');
}
console.log(markdown(`# Hello World!

Some **bold** and _emphasis_ with \`code <b>\` and a [link](http://x.y?a=b&c).

- one
- two **b**

| A | B |
|---|---|
| 1 | 2 |

\`\`\`ts
const x = a < b;
\`\`\`
> quoted

## Sub & Section`));
