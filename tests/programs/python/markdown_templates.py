# features: text, templates, re; oracle: cpython
import re
from string import Template
from html import escape


def render(template, context):
    def loop(m):
        return "".join(render(m["body"], {**context, "item": item, **(item if isinstance(item, dict) else {})}) for item in context.get(m["name"], []))

    def cond(m):
        return render(m["yes"] if context.get(m["name"]) else (m["no"] or ""), context)

    template = re.sub(r"{% for (?P<name>\w+) %}(?P<body>.*?){% end %}", loop, template, flags=re.S)
    template = re.sub(r"{% if (?P<name>\w+) %}(?P<yes>.*?)(?:{% else %}(?P<no>.*?))?{% fi %}", cond, template, flags=re.S)
    return re.sub(r"{{\s*(\w+)(?:\|(\w+))?\s*}}", lambda m: str(getattr(str, m[2])(str(context.get(m[1], ""))) if m[2] else escape(str(context.get(m[1], "")))), template)


print(render("Hi {{ name|upper }}!\n{% for orders %}- {{ sku }} x{{ n }}{% if gift %} (gift){% fi %}\n{% end %}{% if vip %}VIP{% else %}std{% fi %} {{ html }}", {"name": "ann", "orders": [{"sku": "A", "n": 1, "gift": True}, {"sku": "B<", "n": 2}], "vip": False, "html": "<b>"}))


def markdown(src):
    out, in_list = [], False
    for line in src.splitlines():
        line = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(line, quote=False))
        line = re.sub(r"`(.+?)`", r"<code>\1</code>", line)
        line = re.sub(r"\[(.+?)\]\((.+?)\)", r'<a href="\2">\1</a>', line)
        item = re.match(r"[-*] (.*)", line)
        if item and not in_list:
            out.append("<ul>")
        if not item and in_list:
            out.append("</ul>")
        in_list = bool(item)
        if m := re.match(r"(#+) (.*)", line):
            out.append(f"<h{len(m[1])}>{m[2]}</h{len(m[1])}>")
        elif item:
            out.append(f"  <li>{item[1]}</li>")
        elif line.strip():
            out.append(f"<p>{line}</p>")
    if in_list:
        out.append("</ul>")
    return "\n".join(out)


print(markdown("# Title\n\nSome **bold** & `code < x`\n- one\n- [two](http://x)\n\nend"))
print(Template("Dear $name, you owe ${amount}.").substitute(name="Bob", amount="$5"))
toc = [(len(h), t) for h, t in re.findall(r"^(#+) (.+)$", "# A\n## B\n## C\n### D", re.M)]
print("\n".join(f"{'  ' * (n - 1)}{i}. {t}" for i, (n, t) in enumerate(toc, 1)))
def table(rows, headers):
    widths = [max(len(str(r[i])) for r in [headers, *rows]) for i in range(len(headers))]
    line = lambda r: "| " + " | ".join(str(c).ljust(w) for c, w in zip(r, widths)) + " |"
    return "\n".join([line(headers), "|-" + "-|-".join("-" * w for w in widths) + "-|", *map(line, rows)])
print(table([("ann", 1), ("bartholomew", 22)], ("name", "n")))
