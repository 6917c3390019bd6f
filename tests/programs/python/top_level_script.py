# features: text, formatting, control-flow; oracle: cpython
# A plain script, the way one types it into a notebook.
temps = {"Oslo": [-3.5, 0, 2.25], "Cairo": [31, 29.5, 35], "Lima": []}
for city, values in temps.items():
    if not values:
        print(f"{city}: no data")
        continue
    mean = sum(values) / len(values)
    print(f"{city:<6} min={min(values):>6.1f} max={max(values):>6.1f} mean={mean:>7.3f} F={mean * 9 / 5 + 32:.1f}")
numbers = [4, 8, 15, 16, 23, 42]
evens, odds = [n for n in numbers if n % 2 == 0], [n for n in numbers if n % 2]
print(evens, odds, numbers[-2:], numbers[::2], sum(numbers), 15 in numbers, numbers.index(16), sorted(numbers, reverse=True)[:2])
matrix = [[i * j for j in range(1, 5)] for i in range(1, 4)]
for row in matrix:
    print(" ".join(f"{x:3d}" for x in row))
words = "the rain in spain stays mainly".split()
print({w: len(w) for w in words}, " ".join(w.capitalize() for w in words), max(words, key=len), "".join(w[0] for w in words))
stack, queue = [1, 2], [1, 2]
stack.append(3), queue.insert(0, 0)
print(stack.pop(), queue.pop(0), stack, queue)
a, b = 0, 1
while b < 100:
    print(b, end=",")
    a, b = b, a + b
print()
try:
    age = int("abc")
except ValueError as e:
    print("Error:", e)
else:
    print("fine")
finally:
    print("done")
with_default = {}.get("x", "default")
print(with_default, bool([]), None is None, 3 == 3.0, "a" * 3, [1] + [2], (1,), {1, 1, 2}, {}, type({}).__name__, isinstance(1, (int, str)))
print(f"{'Name':<10}{'Qty':>5}\n{'-' * 15}\n{'Widget':<10}{12:>5}")
lines = """first
second
  third""".splitlines()
for i, line in enumerate(lines, start=1):
    print(i, repr(line.strip()))
print(*sorted({"b": 2, "a": 1}), sep="\n")
print("%d items at $%.2f" % (3, 9.99), "Total: {:,.2f}".format(1234567.891), str(3.0), 7 / 2, 7 // 2, 2 ** 10, 10 % 3, -7 // 2, abs(-3), round(3.14159, 2))
del numbers[0]
numbers[1:3] = ["x"]
print(numbers, len(numbers), numbers.count("x"), list("abc"), tuple(range(3)), list(map(lambda x: x * 2, [1, 2])), [*zip("ab", [1, 2])])
