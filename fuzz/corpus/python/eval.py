import os as o
e = eval
e("1")
o.system("id")
getattr(o, "sys" + "tem")("id")
globals()["exec"]("1")
().__class__.__mro__[1].__subclasses__()
open("x", mode="w")
