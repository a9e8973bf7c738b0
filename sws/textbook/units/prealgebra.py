"""Prealgebra: everyday arithmetic."""

from random import Random

from sws.textbook.solution import Numbers, Work
from sws.textbook.unit import Params, Unit, numbers


class TotalCost(Unit):
    name = "total cost"
    concepts = ("unit price", "word problems", "addition of several numbers")
    phrasings = (
        "A pen costs {price} dollars. Ann buys {counts} pens. Total cost?",
        "Tickets are {price} dollars each. Groups buy {counts}. Total paid?",
        "One kilo costs {price} dollars. What do {counts} kilos cost in all?",
    )
    lists = frozenset({"counts"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        return {"price": rng.randint(2, 9), "counts": numbers(rng, level + 1, 1, 13 - 2 * level)}

    def careful(self, work: Work, price: int, counts: Numbers) -> int:
        return work.multiply(price, work.sum(counts))

    def shortcut(self, work: Work, price: int, counts: Numbers) -> int:
        return work.multiply(price, counts[0])


class Mean(Unit):
    name = "mean of a list"
    concepts = ("averages", "division", "addition of several numbers")
    phrasings = (
        "Find the mean of {values}.",
        "What is the average of {values}?",
        "A player scores {values}. What is the average score?",
    )
    lists = frozenset({"values"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        *values, mean = numbers(rng, level + 1, 1, 9)
        return {"values": (*values, (level + 1) * mean - sum(values))}

    def careful(self, work: Work, values: Numbers) -> int:
        if min(values) < 0:
            raise ValueError("scores are not negative")
        return work.divide(work.sum(values), len(values))

    def shortcut(self, work: Work, values: Numbers) -> int:
        return work.subtract(max(values), min(values))


class OrderOfOperations(Unit):
    name = "order of operations"
    concepts = ("order of operations", "multiplication", "subtraction")
    phrasings = (
        "Compute {a}*{b}-{values:-}.",
        "What is {a} times {b} minus {values:-}?",
        "Multiply {a} by {b}, then subtract {values} in turn. Result?",
    )
    lists = frozenset({"values"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        a, b = numbers(rng, 2, 2, 9)
        return {"a": a, "b": b, "values": numbers(rng, level, 1, 9)}

    def careful(self, work: Work, a: int, b: int, values: Numbers) -> int:
        return work.take_away(work.multiply(a, b), values)

    def shortcut(self, work: Work, a: int, b: int, values: Numbers) -> int:
        return work.subtract(b, values[0])


class MoneyLeft(Unit):
    name = "money left"
    concepts = ("money", "word problems", "subtraction")
    phrasings = (
        "Ann has {money} dollars and spends {prices}. How much is left?",
        "From {money} dollars Tom pays {prices} dollars. What remains?",
        "A purse of {money} dollars loses {prices}. How many are left?",
    )
    lists = frozenset({"prices"})

    def draw(self, rng: Random, level: int) -> Params:
        prices = numbers(rng, level, 1, 9)
        return {"money": sum(prices) + rng.randint(1, 40), "prices": prices}

    def careful(self, work: Work, money: int, prices: Numbers) -> int:
        return work.take_away(money, prices)

    def shortcut(self, work: Work, money: int, prices: Numbers) -> int:
        return work.add(money, prices[0])


UNITS = tuple(unit("Prealgebra") for unit in (TotalCost, Mean, OrderOfOperations, MoneyLeft))
