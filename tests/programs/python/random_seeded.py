# features: random; oracle: cpython
import random

random.seed(42)
print([random.randint(1, 6) for _ in range(10)], random.random(), round(random.uniform(1, 10), 6))
items = list("abcdefgh")
random.shuffle(items)
print("".join(items), random.choice(items), random.sample(range(100), 5), random.choices("HT", weights=[3, 1], k=10))
rng = random.Random("seed")
print(rng.gauss(0, 1), rng.randrange(0, 100, 5), rng.getrandbits(32), rng.betavariate(2, 3), rng.expovariate(1.5))
state = rng.getstate()
first = rng.random()
rng.setstate(state)
print(first == rng.random(), random.Random(1).random(), random.Random(1.5).random())
inside = sum(1 for _ in range(10000) if random.random() ** 2 + random.random() ** 2 <= 1)
print(4 * inside / 10000)


def weighted(pairs, r):
    total = sum(w for _, w in pairs)
    x = r.uniform(0, total)
    for name, w in pairs:
        x -= w
        if x <= 0:
            return name


r = random.Random(7)
print([weighted([("a", 1), ("b", 5), ("c", 2)], r) for _ in range(8)], r.triangular(0, 1), r.normalvariate(10, 2))
