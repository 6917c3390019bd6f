// features: parsing, regex, text, url; oracle: node 22
const html = `<!DOCTYPE html><html><head><title>News &mdash; Today</title><meta name="description" content="Daily &quot;news&quot;"></head><body>
<script>var x = "<a href='no'>";</script>
<div class="story" data-id="1"><h2><a href="/s/1?ref=home">First &amp; foremost</a></h2><p>By <b>Ann</b> &#8226; 5 comments</p></div>
<div class="story hot" data-id="2"><h2><a href="https://other.test/2">Second &lt;story&gt;</a></h2><p>By <b>Bob</b> &#x2022; 12 comments</p><img src="a.png" alt=""></div>
<table><tr><th>K</th><th>V</th></tr><tr><td>one</td><td>1</td></tr><tr><td>two</td><td>2</td></tr></table></body></html>`;
const ents: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', mdash: '—' };
const decode = (s: string) => s.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (m, h, d, n) => (h ? String.fromCodePoint(parseInt(h, 16)) : d ? String.fromCodePoint(+d) : ents[n] ?? m));
const text = (s: string) => decode(s.replace(/<script[\s\S]*?<\/script>/gi, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')).trim();
console.log(decode(html.match(/<title>(.*?)<\/title>/)![1]), '|', decode(html.match(/<meta name="description" content="([^"]*)"/)![1]));
const stories = [...html.matchAll(/<div class="(story[^"]*)" data-id="(\d+)">([\s\S]*?)<\/div>/g)].map(([, cls, id, body]) => ({ id: +id, hot: cls.split(' ').includes('hot'), title: text(body.match(/<h2>([\s\S]*?)<\/h2>/)![1]), url: new URL(body.match(/href="([^"]+)"/)![1], 'https://news.test/').href, author: body.match(/<b>(.*?)<\/b>/)![1], comments: Number(body.match(/(\d+) comments/)?.[1] ?? 0) }));
console.log(stories);
console.table(stories, ['id', 'title', 'comments']);
const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map((m) => [...m[1].matchAll(/<t[hd]>(.*?)<\/t[hd]>/g)].map((c) => c[1]));
console.log(rows, Object.fromEntries(rows.slice(1)));
const links = [...new Set([...html.replace(/<script[\s\S]*?<\/script>/g, '').matchAll(/<a[^>]+href=["']([^"']+)["']/g)].map((m) => m[1]))];
console.log(links, links.map((l) => URL.parse?.(l, 'https://news.test')?.hostname ?? ''));
console.log(text(html).slice(0, 80), text(html).length);
