# features: parsing, text; oracle: cpython
import configparser
import io
import shlex
import tomllib
import fnmatch
import glob
import ast

cp = configparser.ConfigParser()
cp.read_string("""
[DEFAULT]
timeout = 30
[server]
host = localhost
port = 8080
debug = yes
url = http://%(host)s:%(port)s
[empty]
""")
print(cp.sections(), cp["server"]["url"], cp.getint("server", "port"), cp.getboolean("server", "debug"), cp["empty"]["timeout"], cp.get("server", "nope", fallback="none"), dict(cp["server"]))
out = io.StringIO()
cp["new"] = {"a": "1"}
cp.write(out)
print(out.getvalue().splitlines()[-2])
toml = tomllib.loads("""
title = "T"
[owner]
dob = 1979-05-27T07:32:00Z
tags = ["a", "b"]
[[products]]
name = "x"
price = 1.5
[[products]]
name = "y"
""")
print(toml)
try:
    tomllib.loads("a = ")
except tomllib.TOMLDecodeError as error:
    print(error)
print(shlex.split("run --name 'two words' \"q\\\"x\" plain # c", comments=True), shlex.quote("it's"), shlex.join(["a b", "c"]))
print(fnmatch.filter(["a.py", "b.txt", "c.py"], "*.py"), fnmatch.translate("*.t?t") != "")
print(ast.literal_eval("{'a': [1, 2.5, (None, True)]}"))
try:
    ast.literal_eval("__import__('os')")
except ValueError as error:
    print(str(error)[:21])
tree = ast.parse("x = 1 + 2 * y")
print(ast.dump(tree.body[0].value), ast.unparse(tree), [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)])
print(eval("2 ** 10", {"__builtins__": {}}), compile("a + b", "<s>", "eval").co_names)
scope = {}
exec("def f(x):\n    return x * 2", scope)
print(scope["f"](21))
