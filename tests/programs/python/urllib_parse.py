# features: urllib, html, encodings; oracle: cpython
import html
from html.parser import HTMLParser
from urllib.parse import urlparse, urljoin, urlencode, parse_qs, parse_qsl, quote, quote_plus, unquote, urlunparse, urlsplit

u = urlparse("https://user:p%40ss@example.com:8443/a/b;p?q=hello+world&tag=a&tag=b#frag")
print(u)
print(u.hostname, u.port, u.username, u.netloc, u.geturl() == u._replace(scheme="https").geturl(), parse_qs(u.query), parse_qsl("a=1&b=&c", keep_blank_values=True))
print(urljoin("http://a/b/c/d", "../e"), urljoin("http://a/b/", "//c/d"), urlencode({"q": "ü & x", "n": [1, 2]}, doseq=True), quote("a b/ü"), quote("a/b", safe=""), quote_plus("a b&c"), unquote("%F0%9F%8E%89"))
print(urlunparse(u._replace(query="", fragment="")), urlsplit("//x/y").netloc)
print(html.escape("<a href='x'>\"&\"</a>"), html.unescape("&lt;p&gt; &eacute; &#x27; &amp;amp;"))


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.text, self.depth = [], [], 0

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs).get("href"))

    def handle_data(self, data):
        if data.strip():
            self.text.append(data.strip())

    def handle_comment(self, data):
        print("comment", data)


parser = Links()
parser.feed("<html><body><!-- c --><h1>Title &amp; more</h1><p>See <a href='/x?a=1'>this</a> or <a>that</a><br/></p>")
print(parser.links, parser.text)
