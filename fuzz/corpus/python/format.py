"{0.__class__}".format(x)
"%s" % eval
print(f"{eval('1')!s}")
from pathlib import Path
Path("x").write_text("y")
Path("x").open("a")
