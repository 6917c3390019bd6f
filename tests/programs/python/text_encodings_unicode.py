# features: encodings, text; oracle: cpython
import codecs
import io
import locale
import unicodedata

s = "Héllo wörld ☃ 🎉"
print(len(s), len(s.encode()), s.encode("utf-8")[:6], s[::-1], s.upper(), [hex(ord(c)) for c in "é☃🎉"])
for n in ("NFC", "NFD", "NFKD"):
    print(n, len(unicodedata.normalize(n, "éﬁ²")), unicodedata.normalize(n, "ﬁ²").encode("ascii", "ignore"))
print("".join(c for c in unicodedata.normalize("NFKD", "Crème Brûlée") if not unicodedata.combining(c)), unicodedata.name("☃"), unicodedata.lookup("SNOWMAN"), unicodedata.category("A"), unicodedata.east_asian_width("漢"))
for enc in ("utf-8", "utf-16", "latin-1", "cp1252", "ascii", "utf-8-sig", "shift_jis"):
    try:
        print(enc, "é€漢"[:1].encode(enc).hex(), "é€".encode(enc).hex())
    except UnicodeEncodeError as error:
        print(enc, error.reason, error.start)
for errors in ("ignore", "replace", "backslashreplace", "surrogateescape"):
    print(errors, repr(b"ok\xff\xc3".decode("utf-8", errors)))
print(codecs.encode("Hello", "rot13"), codecs.decode("Uryyb", "rot13"), codecs.lookup("latin1").name, "straße".casefold() == "STRASSE".casefold())
text = io.TextIOWrapper(io.BytesIO("a\r\nb\n".encode()), newline=None)
print(text.read().split("\n"), io.StringIO("x\ny").readlines(), "a\x0bb\u2028c".splitlines(), "tab\tx".expandtabs(4))
print("ǅ".lower(), "ß".upper(), "İ".lower().encode(), "Σας".lower(), "１２".isdigit(), int("１２"), "½".isnumeric(), "Ⅷ".isalpha(), "a_1".isidentifier(), "Title Case".istitle(), "\u200b".isprintable(), "é" == "e\u0301")
print(str.maketrans("abc", "xyz"), "aabbcc".translate(str.maketrans("ab", "12", "c")), chr(128512), "%c" % 65, "\\u00e9".encode().decode("unicode_escape"), "é".encode("unicode_escape"), "x".encode("idna"), "münchen".encode("idna"), "naïve".encode("punycode"))
print(sorted(["ä", "z", "a", "Z"]), sorted(["b", "A", "c"], key=str.lower), max("abc", "abd"), "apple" < "Banana", "z" * 3 > "za")
