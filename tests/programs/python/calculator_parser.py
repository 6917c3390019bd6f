# features: parsing, classes, re; oracle: cpython
import operator
import re
from dataclasses import dataclass
from typing import Iterator

TOKEN = re.compile(r"\s*(?:(?P<num>\d+(?:\.\d*)?)|(?P<name>[a-z]\w*)|(?P<op>\*\*|[-+*/%()=,]))")


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    pos: int


def tokenize(src: str) -> Iterator[Token]:
    pos = 0
    while pos < len(src.rstrip()):
        m = TOKEN.match(src, pos)
        if not m:
            raise SyntaxError(f"unexpected {src[pos]!r} at {pos}")
        yield Token(m.lastgroup, m[m.lastgroup], m.start(m.lastgroup))
        pos = m.end()


class Calc:
    binary = {"+": (1, operator.add), "-": (1, operator.sub), "*": (2, operator.mul), "/": (2, operator.truediv), "%": (2, operator.mod), "**": (4, operator.pow)}

    def __init__(self):
        self.vars = {"pi": 3.14159}
        self.funcs = {"max": max, "abs": abs, "sum": lambda *a: sum(a)}

    def run(self, src):
        self.tokens, self.i = list(tokenize(src)), 0
        if len(self.tokens) > 1 and self.tokens[0].kind == "name" and self.tokens[1].text == "=":
            self.i = 2
            self.vars[self.tokens[0].text] = value = self.expr(0)
        else:
            value = self.expr(0)
        if self.peek:
            raise SyntaxError(f"trailing {self.peek.text!r}")
        return value

    @property
    def peek(self):
        return self.tokens[self.i] if self.i < len(self.tokens) else None

    def take(self, text=None):
        t = self.peek
        if t is None or (text and t.text != text):
            raise SyntaxError(f"expected {text or 'something'}, got {t.text if t else 'end'}")
        self.i += 1
        return t

    def expr(self, least):
        left = self.unary()
        while (t := self.peek) and t.text in self.binary and self.binary[t.text][0] >= least:
            prec, fn = self.binary[self.take().text]
            left = fn(left, self.expr(prec if t.text == "**" else prec + 1))
        return left

    def unary(self):
        if self.peek and self.peek.text == "-":
            self.take()
            return -self.expr(3)
        t = self.take()
        if t.text == "(":
            value = self.expr(0)
            self.take(")")
            return value
        if t.kind == "num":
            return float(t.text) if "." in t.text else int(t.text)
        if t.kind == "name" and self.peek and self.peek.text == "(":
            self.take()
            args = []
            while self.peek and self.peek.text != ")":
                args.append(self.expr(0))
                if self.peek and self.peek.text == ",":
                    self.take()
            self.take(")")
            return self.funcs[t.text](*args)
        if t.kind == "name":
            return self.vars[t.text]
        raise SyntaxError(f"unexpected {t.text!r}")


calc = Calc()
for src in ["1 + 2 * 3", "(1+2)*3", "2 ** 3 ** 2", "-2 ** 2", "x = 10 / 4", "x * pi", "max(1, 2 * 3, abs(-7))", "1 / 0", "1 +", "2 $ 3", "nope + 1", "1 2"]:
    try:
        print(f"{src:<24} = {calc.run(src)}")
    except Exception as error:
        print(f"{src:<24} ! {type(error).__name__}: {error}")
