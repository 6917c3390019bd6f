# features: re, text; oracle: cpython
import re

log = '''2024-03-15 10:23:45 [INFO] api: GET /users 200 45ms
2024-03-15 10:23:46 [ERROR] db: connection refused
garbage
2024-03-15 10:24:00 [WARN] api: GET /slow 200 1203ms'''
LINE = re.compile(r"""
    ^(?P<date>\d{4}-\d\d-\d\d)\s(?P<time>[\d:]+)\s   # when
    \[(?P<level>[A-Z]+)\]\s(?P<svc>\w+):\s(?P<msg>.*)$
""", re.VERBOSE | re.MULTILINE)
for m in LINE.finditer(log):
    print(m.start(), m.groupdict())
print(re.findall(r"(\w+)=(\d+)", "a=1 b=22"), re.split(r"[,;]\s*", "a, b;c"), re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"))
print(re.sub(r"\d+", lambda m: str(int(m[0]) * 2), "a1 b22"), re.subn("x", "y", "xxx", count=2), re.escape("a.b*c"))
print(re.fullmatch(r"[\w.+-]+@[\w-]+\.\w+", "a.b+c@d.org"), re.match("b", "abc"), re.search("b", "abc").span())
print(re.split(r"(\d)", "a1b2"), re.findall(r"(?i)\bthe\b", "The the THE other"), re.search(r"(?<=\$)\d+(?=\.)", "$42.50").group())
print([m.group() for m in re.finditer(r"\b\w", "title case me")], re.sub(r"(?<!^)(?=[A-Z])", "_", "camelCaseName").lower(), "".join(w.title() for w in "snake_case_x".split("_")))
try:
    re.compile("(unclosed")
except re.error as error:
    print(type(error).__name__ in ("error", "PatternError"), error)
tokens = re.compile(r"\s*(?:(?P<num>\d+\.?\d*)|(?P<op>[-+*/()])|(?P<name>\w+))")
print([(m.lastgroup, m[m.lastgroup]) for m in tokens.finditer("3.14 * (x + 42)")])
print(re.sub(r"\B(?=(\d{3})+(?!\d))", ",", "1234567"), re.search(r"(?P<q>['\"]).*?(?P=q)", "say 'hi' now")[0], re.findall(r"[^\W\d_]+", "héllo wörld_1"))
