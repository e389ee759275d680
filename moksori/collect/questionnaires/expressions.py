"""The small language of show, skip and quota rules: data, not code.

An expression is a literal (number, text, true, false, null), a list of expressions, or
one operator with its arguments: {"==": [{"answer": "q1"}, 9]}. It is evaluated here,
which is the truth, and by `answer.js`, which only spares the customer a round trip;
both pass the same vectors (tests/vectors/expressions.json).

The rules that keep the two alike: nothing raises; what makes no sense is null, or
false where it is asked whether. Equal means of one kind and the same. Order is between
two numbers or two texts (by code points, so ISO dates compare), else false. A number
beyond ±2⁵³ is none. Arithmetic with anything but numbers, and a division by zero, give
null. A text has as many characters as it has code points. Null, false, 0, "", [] and {}
are false. Deeper than 20 levels everything is null.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add, ge, gt, le, lt, mul, sub, truediv
from typing import Any

DEEPEST = 20
LARGEST = 400  # nodes
BIGGEST = 2**53

Value = Any  # None, bool, int, float, str, list, dict: what JSON holds


@dataclass(frozen=True, slots=True)
class Around:
    """What an expression may ask: answers by question id, and where it is asked.

    `item` is the id of the option that a looped page is about.
    """

    answers: Mapping[str, Value] = field(default_factory=dict)
    variant: str | None = None
    language: str | None = None
    item: str | None = None


def evaluate(expression: Value, around: Around, deep: int = 0) -> Value:
    """What the expression comes to; never raises."""
    if deep > DEEPEST:
        return None
    if isinstance(expression, list):
        return [evaluate(one, around, deep + 1) for one in expression]
    if isinstance(expression, dict):
        return _worked_out(expression, around, deep) if len(expression) == 1 else None
    return expression


def _worked_out(expression: Mapping[str, Value], around: Around, deep: int) -> Value:
    """One operator with its arguments."""
    [(name, given)] = expression.items()
    if name in ASKING:
        return ASKING[name](given, around)
    arguments = given if isinstance(given, list) else [given]
    low, high = ARITY.get(name, (1, 0))
    if not low <= len(arguments) <= high:
        return None
    found = (evaluate(one, around, deep + 1) for one in arguments)
    return LAZY[name](found) if name in LAZY else OPERATORS[name](*found)


def holds(expression: Value, around: Around) -> bool:
    """Whether a condition is met; no condition always is."""
    return expression is None or truth(evaluate(expression, around))


def truth(value: Value) -> bool:
    return bool(value)


def same(left: Value, right: Value, deep: int = 0) -> bool:
    """Of one kind and equal; a number is no text, true is no number."""
    if deep > DEEPEST or _kind(left) != _kind(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(
            same(one, other, deep + 1) for one, other in zip(left, right, strict=True)
        )
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(
            same(value, right[key], deep + 1) for key, value in left.items()
        )
    if _kind(left) == "number":
        return _float(left) == _float(right)
    return bool(left == right)


def names(expression: Value) -> Iterator[str]:
    """The questions that an expression asks about."""
    if isinstance(expression, list):
        for one in expression:
            yield from names(one)
    elif isinstance(expression, dict):
        for name, given in expression.items():
            if name in OF_QUESTIONS and isinstance(given, str):
                yield given
            else:
                yield from names(given)


def fault(expression: Value, deep: int = 0) -> str:  # noqa: PLR0911 – by form
    """What cannot be understood in an expression, as the part itself; "" if nothing."""
    if deep > DEEPEST or (not deep and _size(expression) > LARGEST):
        return "…"
    if isinstance(expression, list):
        return next(
            (found for one in expression if (found := fault(one, deep + 1))), ""
        )
    if isinstance(expression, float) and not math.isfinite(expression):
        return str(expression)
    if not isinstance(expression, dict):
        return ""
    if len(expression) != 1:
        return "{" + ", ".join(sorted(map(str, expression))) + "}"
    [(name, given)] = expression.items()
    if name in ASKING:
        is_told = isinstance(given, str) if name in OF_QUESTIONS else given == []
        return "" if is_told else str(name)
    count = len(given) if isinstance(given, list) else 1
    if name not in ARITY or not ARITY[name][0] <= count <= ARITY[name][1]:
        return str(name)
    return fault(given if isinstance(given, list) else [given], deep)


def _size(expression: Value) -> int:
    seen, todo = 0, [expression]
    while todo and seen <= LARGEST:
        one = todo.pop()
        seen += 1
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            todo += one.values()
    return seen


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _is_number(value: Value) -> bool:
    # From 2⁵³ on a browser reads several whole numbers as one, so for both they are no
    # numbers to reckon with.
    return _kind(value) == "number" and abs(value) < BIGGEST


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:  # as JSON of that size is read in a browser
        return math.copysign(math.inf, number)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def ask(left: Value, right: Value) -> bool:
        both_text = isinstance(left, str) and isinstance(right, str)
        both_numbers = _is_number(left) and _is_number(right)
        return (both_text or both_numbers) and compare(left, right)

    return ask


def _arithmetic(work: Callable[[float, float], float]) -> Callable[..., Value]:
    def reckon(*values: Value) -> Value:
        numbers = _numbers(values)
        if len(numbers) < len(values):
            return None
        try:
            # Step by step: a built-in sum may round otherwise than a browser.
            return _sound(reduce(work, numbers))
        except (ZeroDivisionError, OverflowError):
            return None

    return reckon


def _sound(number: float) -> float | None:
    return number if _is_number(number) else None


def _minus(*values: Value) -> Value:
    return _difference(0, *values) if len(values) == 1 else _difference(*values)


def _numbers(values: Iterable[Value]) -> list[float]:
    return [float(value) for value in values if _is_number(value)]


def _spread(values: Sequence[Value]) -> list[float]:
    """The numbers among the arguments, or among the members of the only one."""
    [first, *rest] = values
    if not rest and isinstance(first, dict):
        return _numbers(first.values())
    return _numbers(first if not rest and isinstance(first, list) else values)


def _sum(*values: Value) -> Value:
    return _sound(reduce(add, _spread(values), 0.0))


def _mean(*values: Value) -> Value:
    found = _spread(values)
    return _sound(reduce(add, found, 0.0) / len(found)) if found else None


def _members(value: Value) -> list[Value]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _in(one: Value, whole: Value) -> bool:
    if isinstance(one, str) and isinstance(whole, str):
        return one in whole
    return isinstance(whole, list) and any(same(one, member) for member in whole)


def _count(value: Value) -> int:
    if value is None:
        return 0
    return len(value) if isinstance(value, str | list | dict) else 1


def _cell(value: Value, key: Value) -> Value:
    return value.get(key) if isinstance(value, dict) and isinstance(key, str) else None


_difference = _arithmetic(sub)


def _either(found: Iterator[Value]) -> Value:
    is_so = truth(next(found))
    if not is_so:
        next(found)
    return next(found)


OF_QUESTIONS = frozenset({"answer", "code"})
ASKING: Mapping[str, Callable[[Value, Around], Value]] = {
    "answer": lambda given, around: (
        around.answers.get(given) if isinstance(given, str) else None
    ),
    # Why there is none: not_applicable, prefer_not_to_say, skipped.
    "code": lambda given, around: (
        around.answers.get(f"{given}?") if isinstance(given, str) else None
    ),
    "variant": lambda _given, around: around.variant,
    "language": lambda _given, around: around.language,
    "item": lambda _given, around: around.item,
}
# These look no further than they must.
LAZY: Mapping[str, Callable[[Iterator[Value]], Value]] = {
    "and": lambda found: all(map(truth, found)),
    "or": lambda found: any(map(truth, found)),
    "if": _either,
}
OPERATORS: Mapping[str, Callable[..., Value]] = {
    "not": lambda value: not truth(value),
    "==": same,
    "!=": lambda left, right: not same(left, right),
    "<": _ordered(lt),
    "<=": _ordered(le),
    ">": _ordered(gt),
    ">=": _ordered(ge),
    "in": _in,
    "contains": lambda whole, one: _in(one, whole),
    "any_of": lambda left, right: any(_in(m, _members(right)) for m in _members(left)),
    "all_of": lambda left, right: all(_in(m, _members(left)) for m in _members(right)),
    "answered": lambda value: value not in (None, "", [], {}),
    "count": _count,
    "cell": _cell,
    "+": _arithmetic(add),
    "-": _minus,
    "*": _arithmetic(mul),
    "/": _arithmetic(truediv),
    "sum": _sum,
    "min": lambda *values: min(_spread(values), default=None),
    "max": lambda *values: max(_spread(values), default=None),
    "mean": _mean,
}
_MANY = 50
ARITY: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("and", "or", "+", "*", "sum", "min", "max", "mean"), (1, _MANY)),
    **dict.fromkeys(("not", "answered", "count"), (1, 1)),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in", "contains"), (2, 2)),
    **dict.fromkeys(("any_of", "all_of", "cell", "/"), (2, 2)),
    "-": (1, 2),
    "if": (3, 3),
}
