# features: formatting, text; oracle: cpython
import string
import textwrap

name, pi, n = "Ada", 3.14159265, 1234567
print(f"{name!r:>10}|{name:^10}|{name:*<10}|{pi:.2f}|{pi:8.3f}|{pi:+.1e}|{n:,}|{n:_}|{n:x}|{n:#o}|{n:b}|{0.256:.1%}|{n:>+12,d}")
print(f"{n=} {pi=:.3f} {name.upper()=}", f"{'nested':{'>'}{10}}", f"{{literal}}", f"{None} {True!s:>6}")
print("%s is %d years, %.2f %5s|%-5s|%05d %x %%" % ("Bob", 42, 1.5, "r", "l", 7, 255))
print("{0} {1} {0} {key:>5} {obj[a]} {lst[0]}".format("x", "y", key="k", obj={"a": 1}, lst=[9]))
print(string.Template("$who owes $$${amount}").substitute(who="X", amount=5), string.Template("$a $b").safe_substitute(a=1))
print(format(0.1, ".20f"), format(255, "08b"), format(1e10, "g"), format(123456789.0, ".3g"), str(1e16), repr(0.1), 1e-5, 100000000000000000.0, 1.0, -0.0)
text = "It was the best of times, it was the worst of times, it was the age of wisdom."
print(textwrap.fill(text, 30, initial_indent="* ", subsequent_indent="  "))
print(textwrap.shorten(text, 30), textwrap.dedent("""\
    a
      b
    """), textwrap.indent("x\ny", "> "), sep="\n")
rows = [("Widget", 4, 3.5), ("Gadget", 10, 1234.5)]
width = max(len(r[0]) for r in rows)
for item, qty, price in rows:
    print(f"| {item:<{width}} | {qty:>4} | {price:>10,.2f} |")
print("=" * 20, "tab\tx", 'it\'s "q"', r"raw\n", "a" "b", "\N{SNOWMAN} \u00e9 \x41", ascii("é"), repr("it's"), repr('a"b\'c'), repr("\n\t\0"), sep="\n")
print("äöü".encode(), "äöü".encode("latin-1"), b"\xc3\xa4".decode(), "snow☃".encode("ascii", "replace"), "☃".encode("ascii", "xmlcharrefreplace"), "é".encode("utf-16-le"))
print(1, "a", None, sep="-", end="!\n")
print(*[1, 2, 3], sep=", ")
