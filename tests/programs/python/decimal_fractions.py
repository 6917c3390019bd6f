# features: decimal, fractions, math; oracle: cpython
from decimal import Decimal, getcontext, ROUND_HALF_UP, ROUND_DOWN, localcontext, InvalidOperation, DivisionByZero
from fractions import Fraction

print(Decimal("0.1") + Decimal("0.2"), Decimal(0.1), Decimal("1") / Decimal("7"))
print(Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal("-1.5").quantize(Decimal("1"), ROUND_DOWN), round(Decimal("2.5")))
getcontext().prec = 50
print(Decimal(2).sqrt(), Decimal(1).exp())
with localcontext() as ctx:
    ctx.prec = 5
    print(Decimal(1) / 3)
for expression in (lambda: Decimal("abc"), lambda: Decimal(1) / 0):
    try:
        expression()
    except (InvalidOperation, DivisionByZero) as error:
        print(type(error).__name__)
print(f"{Decimal('1234567.891'):,.2f}", Decimal("1E+3").normalize(), Decimal("100").as_tuple(), Decimal("1.10") == Decimal("1.1"), str(Decimal("1.10")))
principal, rate, months = Decimal("250000"), Decimal("0.045") / 12, 360
payment = (principal * rate / (1 - (1 + rate) ** -months)).quantize(Decimal("0.01"))
print("payment", payment)
balance = principal
for month in range(1, 4):
    interest = (balance * rate).quantize(Decimal("0.01"))
    balance -= payment - interest
    print(f"{month:>3} interest={interest:>10} balance={balance:>12,}")
print(Fraction(1, 3) + Fraction(1, 6), Fraction("0.125"), Fraction(3.5), Fraction(22, 7).limit_denominator(5), float(Fraction(1, 3)), repr(Fraction(4, -6)))
print(sum(Fraction(1, n) for n in range(1, 11)), Fraction(7, 2).__floor__(), Fraction(1, 2) ** 3)
