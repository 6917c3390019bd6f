# features: classes, errors, decimal; oracle: cpython
from __future__ import annotations
from datetime import datetime, timedelta
from decimal import Decimal


class BankError(Exception):
    pass


class InsufficientFunds(BankError):
    def __init__(self, account, needed):
        self.shortfall = needed - account.balance
        super().__init__(f"account {account.number} is short by {self.shortfall:.2f}")


class Account:
    _next = 1000

    def __init__(self, owner: str, balance: str = "0"):
        Account._next += 1
        self.number, self.owner, self._balance = Account._next, owner, Decimal(balance)
        self.history: list[tuple[datetime, str, Decimal]] = []

    @property
    def balance(self) -> Decimal:
        return self._balance

    def _record(self, kind, amount, clock=[datetime(2024, 1, 1)]):
        clock[0] += timedelta(hours=6)
        self.history.append((clock[0], kind, amount))

    def deposit(self, amount):
        amount = Decimal(str(amount))
        if amount <= 0:
            raise ValueError("deposit must be positive")
        self._balance += amount
        self._record("deposit", amount)

    def withdraw(self, amount):
        amount = Decimal(str(amount))
        if amount > self._balance:
            raise InsufficientFunds(self, amount)
        self._balance -= amount
        self._record("withdraw", -amount)

    def transfer(self, other: Account, amount):
        self.withdraw(amount)
        other.deposit(amount)

    def __str__(self):
        return f"#{self.number} {self.owner:<6} {self.balance:>10,.2f}"


class Savings(Account):
    def __init__(self, owner, balance="0", rate="0.05"):
        super().__init__(owner, balance)
        self.rate = Decimal(rate)

    def add_interest(self):
        interest = (self.balance * self.rate).quantize(Decimal("0.01"))
        self.deposit(interest)
        return interest


ann, bob = Account("Ann", "100.10"), Savings("Bob", "1000")
ann.transfer(bob, "50.05")
print(ann, bob, sep="\n")
print("interest", bob.add_interest())
for action in (lambda: ann.withdraw(500), lambda: ann.deposit(-1), lambda: ann.deposit("x")):
    try:
        action()
    except BankError as error:
        print("BankError:", error, error.shortfall)
    except (ValueError, ArithmeticError) as error:
        print(type(error).__name__)
for when, kind, amount in ann.history + bob.history:
    print(f"{when:%b %d %H:%M} {kind:<9}{amount:>+10.2f}")
print(isinstance(bob, Account), Savings.__mro__[1].__name__, sum(a.balance for a in (ann, bob)))
