# features: text, html, templates, datetime; oracle: cpython
from datetime import date, timedelta
from html import escape
from io import StringIO
from xml.sax.saxutils import quoteattr


class Html:
    def __init__(self):
        self.out, self.depth = StringIO(), 0

    def __getattr__(self, tag):
        def element(text=None, **attrs):
            attributes = "".join(f" {k.rstrip('_')}={quoteattr(str(v))}" for k, v in attrs.items())
            pad = "  " * self.depth
            if text is not None:
                self.out.write(f"{pad}<{tag}{attributes}>{escape(str(text))}</{tag}>\n")
                return None
            self.out.write(f"{pad}<{tag}{attributes}>\n")
            return _Block(self, tag)
        return element


class _Block:
    def __init__(self, page, tag):
        self.page, self.tag = page, tag

    def __enter__(self):
        self.page.depth += 1

    def __exit__(self, *exc):
        self.page.depth -= 1
        self.page.out.write(f"{'  ' * self.page.depth}</{self.tag}>\n")


h = Html()
with h.html(lang="en"):
    h.h1("Report & <stuff>", class_="title big")
    with h.table(border=1):
        for i in range(3):
            with h.tr():
                h.td(date(2024, 2, 27) + timedelta(days=i))
                h.td(f"{i * 1234.5:,.2f}", data_value='say "hi"')
print(h.out.getvalue(), end="")
