# features: math, decimal, formatting; oracle: cpython
import cmath
import math
from decimal import Decimal
from fractions import Fraction
from itertools import count, takewhile

print([n for n in range(2, 60) if all(n % d for d in range(2, math.isqrt(n) + 1))])


def factorise(n):
    out, p = {}, 2
    while n > 1:
        while n % p == 0:
            out[p] = out.get(p, 0) + 1
            n //= p
        p += 1
    return out


print(factorise(360), factorise(9973), math.gcd(48, 180), math.lcm(4, 6, 10), [math.comb(5, k) for k in range(6)])


def egcd(a, b):
    return (a, 1, 0) if b == 0 else (lambda g, x, y: (g, y, x - a // b * y))(*egcd(b, a % b))


print(egcd(240, 46), pow(7, -1, 40), pow(2, 10 ** 6, 97))
print(list(takewhile(lambda n: n < 200, (n * (n + 1) // 2 for n in count(1))))[-3:], sum(1 / Fraction(math.factorial(n)) for n in range(10)).limit_denominator(1000))
npv = lambda rate, flows: sum(f / (1 + rate) ** i for i, f in enumerate(flows))


def irr(flows, lo=-0.9, hi=1.0):
    for _ in range(100):
        mid = (lo + hi) / 2
        lo, hi = (mid, hi) if npv(mid, flows) > 0 else (lo, mid)
    return mid


flows = [-1000, 300, 420, 680]
print(f"npv={npv(0.1, flows):.4f} irr={irr(flows):.4%}")
for rate, years in ((Decimal("0.05"), 10), (Decimal("0.07"), 30)):
    print(f"{rate:.0%} for {years}y: {Decimal(1000) * (1 + rate) ** years:,.2f}")
print(cmath.sqrt(-4), abs(complex(3, 4)), cmath.exp(1j * math.pi).real, math.sin(math.pi / 6), math.tau, math.e, math.inf > 10 ** 308, math.nan != math.nan)
print(math.floor(-0.5), math.ceil(-0.5), math.fmod(-7, 3), -7 % 3, math.remainder(7, 4), math.modf(3.25), math.frexp(8.0), math.ldexp(0.5, 4), math.ulp(1.0), math.dist((0, 0), (3, 4)), math.log1p(1e-10), math.erf(0.5), math.gamma(5))
print(0.1 + 0.2, 1 / 3, 1e22, 1e-7, 123456789.123456789, float("1e-320"), 5e-324, (0.1).as_integer_ratio(), (0.5).hex(), float.fromhex("0x1.8p+1"), (2.0).is_integer(), int(1e20), round(0.125, 2), round(2.675, 2), 7 // 2, -7 // 2, 7.5 // 2, divmod(7.5, 2), int("ff", 16), int("0b101", 0), f"{1e6:,.0f}", f"{0.000012345:.3g}", f"{12345.678:e}")
matrix = [[2, 1], [1, 3]]
det = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]
print(det, [list(r) for r in zip(*matrix)], [[sum(a * b for a, b in zip(r, c)) for c in zip(*matrix)] for r in matrix])
