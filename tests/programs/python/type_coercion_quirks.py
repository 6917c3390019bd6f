# features: language, errors; oracle: cpython
print(True + True, "5" * 3, [1, 2] == (1, 2), 1 == 1.0 == True, hash(1) == hash(1.0), {1: "a", True: "b", 1.0: "c"}, 0.1 + 0.2 == 0.3, None or 0 or "x", "" and 5)
for expression in ["'5' + 5", "5 + '5'", "[] + ()", "{}['x']", "[1,2,3][5]", "'abc'.foo", "int('4.2')", "float('abc')", "None + 1", "len(5)", "undefined_name", "1/0", "(1, 2)[2]", "'%d' % 'x'", "sorted([1, 'a'])", "max([])", "next(iter(()))", "{[1]: 2}", "'a' < 1", "int(None)", "chr(-1)", "range(1.5)", "[1,2].index(9)", "'x'.join([1])", "abs('x')", "sum(['a'])", "bytes('x')", "open('')", "round('1')", "dict([1])", "set([[]])", "object()()", "f'{1:z}'", "__import__('nope.x')", "lambda: x = 1", "print 'hi'", "if True", "a b"]:
    try:
        print(expression, "=>", eval(expression))
    except Exception as error:
        print(f"{expression:<22} {type(error).__name__}: {str(error).split(' (')[0]}")
print(int("  42 "), int("-0x1f", 16), float("1e3"), float(" inf "), str(1.0), str(1e16), repr("a'b"), bool("False"), bool(" "), list("abc"), tuple({1: 2}), dict([("a", 1)]), set("aab") == {"a", "b"}, complex("1+2j"), bytes([1, 2]), bytearray(2), frozenset({1}), int(3.99), int(-3.99), round(-0.5), ord("€"), format(True), f"{True:d}", "%s" % None)
x = [1, 2, 3]
y = x
y += [4]
z = x[:]
z.append(5)
print(x, y is x, z, x is not z, x == y, [a for a in x if a not in (1, 2)], x[-1:], x[10:], "abc"[5:], "abc"[-2], [0] * 3, [[]] * 2)
t = ([1], 2)
try:
    t[0] += [3]
except TypeError as error:
    print(t, error)
print(1 < 3 > 2, not 1 == 2, 3 if 0 else 4, 5 // 2 * 2 + 5 % 2, -2 ** 2, 2 ** 3 ** 2, ~True, 10 ** -2, 1_000 == 1000, 0xff, "a" in "cat", [] in [[]], 3 & 1 == 1)
