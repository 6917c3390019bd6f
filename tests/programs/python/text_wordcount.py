# features: text, collections, re; oracle: cpython
import re
import string
from collections import Counter

text = """The quick brown fox jumps over the lazy dog. The dog barks; the fox runs away!
It's a dog-eat-dog world, isn't it? The end."""

words = re.findall(r"[a-z']+", text.lower())
counts = Counter(words)
print(counts.most_common(5))
print(f"total={sum(counts.values())} unique={len(counts)} longest={max(counts, key=lambda w: (len(w), w))!r}")
for word, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:8]:
    print(f"{word:.<12}{n:>3} {'#' * n}")
table = str.maketrans("", "", string.punctuation)
print(text.translate(table).split()[:6])
print(Counter("mississippi") - Counter("miss"), Counter(a=3) + Counter(a=1, b=2), list(Counter(a=2, b=1).elements()))
vowels = {c: text.lower().count(c) for c in "aeiou"}
print(vowels, sum(vowels.values()) / len(text))
print(text.title().swapcase()[:20], text.partition("fox")[::2][0][-6:], text.splitlines()[1].rsplit(" ", 2))
print("a,b,,c".split(","), "  x y  ".split(), "abc".center(9, "*"), "42".zfill(5), "x=1".removeprefix("x="), "ß".casefold(), "Hello".isalpha(), "12".isdigit())
