# features: ipaddress, text, stdlib; oracle: cpython
import colorsys
import ipaddress
import keyword
import numbers
import operator
import string
import time
import timeit
from types import GeneratorType

net = ipaddress.ip_network("192.168.1.0/28")
print(net.num_addresses, net.netmask, list(net.hosts())[:2], ipaddress.ip_address("192.168.1.5") in net, net.broadcast_address, list(net.subnets(new_prefix=30))[1])
print(ipaddress.ip_address("::1").is_loopback, ipaddress.ip_address("2001:db8::1").exploded, ipaddress.ip_address("10.0.0.1").is_private, int(ipaddress.ip_address("1.2.3.4")), ipaddress.summarize_address_range(ipaddress.ip_address("10.0.0.0"), ipaddress.ip_address("10.0.0.7")).__next__())
for bad in ("256.1.1.1", "10.0.0.1/33", "x"):
    try:
        ipaddress.ip_network(bad)
    except ValueError as error:
        print(error)
print(string.ascii_lowercase[:5], string.digits, string.punctuation[:5], string.capwords("hello big world"), keyword.iskeyword("async"))
print([round(x, 3) for x in colorsys.rgb_to_hls(1, 0.5, 0)], "#%02x%02x%02x" % (255, 128, 0), tuple(int("#ff8000"[i:i + 2], 16) for i in (1, 3, 5)))
print(operator.itemgetter(1, 0)("ab"), operator.attrgetter("real")(5), operator.methodcaller("upper")("x"), list(map(operator.add, [1], [2])), isinstance(5, numbers.Integral))
print(timeit.timeit(lambda: None, number=10) >= 0, isinstance((x for x in ()), GeneratorType), time.strftime("%j", time.gmtime(0)))
items = [("b", 2), ("a", 3), ("c", 1)]
print(sorted(items), sorted(items, key=operator.itemgetter(1)), min(items, key=lambda t: t[1]), sorted("bAc", key=str.casefold), sorted([3, -1, 2], key=abs, reverse=True), sorted(items, key=lambda t: (-t[1], t[0])))
print("%-10s|%5.1f|%+d|%e|%s" % ("left", 3.14159, 5, 12345.678, [1]), "{:>8}|{:^8}|{:<8}|{:08.3f}|{:,}".format("r", "c", "l", 3.14159, 1234567), f"{'x':*^5}{5:>3}{True}")
text = "one two three two one"
print({w: text.split().count(w) for w in dict.fromkeys(text.split())}, text.find("two"), text.rfind("two"), text.replace("two", "2", 1), text.index("three"), "-".join(reversed(text.split())), text.startswith(("one", "x")), text.endswith("e"), "abc"[1:-1], "abc"[::-1], "x" in text, text.count("o"))
