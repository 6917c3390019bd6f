// features: parsing, text, regex; oracle: node 22
interface XmlNode { tag: string; attrs: Record<string, string>; children: (XmlNode | string)[] }
const decode = (s: string) => s.replace(/&(#x?)?(\w+);/g, (m, num, n) => (num ? String.fromCodePoint(parseInt(n, num === '#x' ? 16 : 10)) : ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as any)[n] ?? m));
function parse(xml: string): XmlNode {
  const root: XmlNode = { tag: '#root', attrs: {}, children: [] };
  const stack = [root];
  for (const [, cdata, comment, close, tag, attrs, selfClose, text] of xml.matchAll(/<!\[CDATA\[([\s\S]*?)\]\]>|(<!--[\s\S]*?-->|<\?.*?\?>)|<\/([\w:]+)>|<([\w:]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/)?>|([^<]+)/g)) {
    const top = stack.at(-1)!;
    if (comment) continue;
    if (cdata !== undefined) top.children.push(cdata);
    else if (close) { if (top.tag !== close) throw new SyntaxError(`expected </${top.tag}>, got </${close}>`); stack.pop(); }
    else if (tag) { const node: XmlNode = { tag, attrs: Object.fromEntries([...(attrs ?? '').matchAll(/([\w:-]+)="([^"]*)"/g)].map((m) => [m[1], decode(m[2])])), children: [] }; top.children.push(node); if (!selfClose) stack.push(node); }
    else if (text?.trim()) top.children.push(decode(text.trim()));
  }
  return root.children[0] as XmlNode;
}
const doc = parse(`<?xml version="1.0"?>
<catalog><!-- books -->
  <book id="b1" lang="en"><title>Tom &amp; Jerry</title><price currency="USD">9.99</price></book>
  <book id="b2"><title><![CDATA[<Raw> & wild]]></title><price currency="EUR">12&#46;50</price><soldOut/></book>
</catalog>`);
console.log(doc);
console.log(JSON.stringify(doc));
const find = (n: XmlNode, tag: string): XmlNode[] => n.children.flatMap((c) => (typeof c === 'string' ? [] : [...(c.tag === tag ? [c] : []), ...find(c, tag)]));
console.log(find(doc, 'title').map((t) => t.children[0]), find(doc, 'price').reduce((s, p) => s + Number(p.children[0]), 0));
try { parse('<a><b></a></b>'); } catch (e: any) { console.log(e.message); }
