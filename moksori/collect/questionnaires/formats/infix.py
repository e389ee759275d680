"""Conditions as other programs write them ("{q1} = 9 and {q2} contains 'a'")."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST, DEEPEST = 4_000, 30
AS_IS = "as_is"  # words of the other program within a rule of ours
Tree = Any
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_WORD = re.compile(r"[A-Za-z_][\w:-]*")
_SIGN = re.compile(r"==|!=|<>|<=|>=|&&|\|\||[=<>+\-*/(),!]")
# How tightly they bind.
_BINARY: Mapping[str, tuple[int, str]] = {
    "or": (1, "or"), "||": (1, "or"), "and": (2, "and"), "&&": (2, "and"),
    "=": (4, "=="), "==": (4, "=="), "eq": (4, "=="), "equal": (4, "=="),
    "!=": (4, "!="), "<>": (4, "!="), "ne": (4, "!="), "notequal": (4, "!="),
    "<": (4, "<"), "less": (4, "<"), "lt": (4, "<"), ">": (4, ">"), "greater": (4, ">"),
    "gt": (4, ">"), "<=": (4, "<="), "le": (4, "<="), "lessorequal": (4, "<="),
    ">=": (4, ">="), "ge": (4, ">="), "greaterorequal": (4, ">="),
    "contains": (4, "contains"), "contain": (4, "contains"), "anyof": (4, "any_of"),
    "allof": (4, "all_of"), "notcontains": (4, "not contains"), "noneof": (4, "none"),
    "+": (5, "+"), "-": (5, "-"), "*": (6, "*"), "/": (6, "/"), "div": (6, "/"),
}  # fmt: skip
_AFTER = {"empty": {"not": None}, "notempty": {"answered": None}}


class Unknown(ValueError):
    """A condition that our language has no words for."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one program writes the answer to a question, and calls its functions.

    `answer` makes the name that was found there an expression of ours.
    """

    variable: re.Pattern[str]
    answer: Callable[[str], Tree]
    functions: Mapping[str, Callable[[Sequence[Tree]], Tree]]


def parsed(text: str, dialect: Dialect) -> Tree:
    """Our expression for it. Raises Unknown."""
    if len(text) > LONGEST:
        raise Unknown(text[:60])
    reader = _Reader(text, dialect)
    tree = reader.expression(0)
    if reader.rest():
        raise Unknown(reader.rest()[:60])
    return tree


@dataclass(slots=True)
class _Reader:
    text: str
    dialect: Dialect
    at: int = 0
    deep: int = 0

    def rest(self) -> str:
        return self.text[self.at :].strip()

    def expression(self, least: int) -> Tree:
        self.deep += 1
        if self.deep > DEEPEST:
            raise Unknown("…")
        left = self._after(self._one())
        while (found := self._operator()) and _BINARY[found[0]][0] >= least:
            name, end = found
            self.at = end
            bound, operator = _BINARY[name]
            left = _joined(operator, left, self.expression(bound + 1))
        self.deep -= 1
        return left

    def _operator(self) -> tuple[str, int] | None:
        self._skip()
        for pattern in (_SIGN, _WORD):
            if found := pattern.match(self.text, self.at):
                name = found.group().lower()
                return (name, found.end()) if name in _BINARY else None
        return None

    def _after(self, value: Tree) -> Tree:
        """“{q1} notempty”: an operator behind its only value."""
        self._skip()
        found = _WORD.match(self.text, self.at)
        if found is None or found.group().lower() not in _AFTER:
            return value
        self.at = found.end()
        answered = {"answered": value}
        return answered if found.group().lower() == "notempty" else {"not": answered}

    def _one(self) -> Tree:
        self._skip()
        if found := self.dialect.variable.match(self.text, self.at):
            self.at = found.end()
            return self.dialect.answer(next(g for g in found.groups() if g))
        if found := _NUMBER.match(self.text, self.at):
            self.at = found.end()
            return float(found.group()) if "." in found.group() else int(found.group())
        if found := _TEXT.match(self.text, self.at):
            self.at = found.end()
            return re.sub(
                r"\\(.)", r"\1", found[1] if found[1] is not None else found[2]
            )
        return self._grouped()

    def _grouped(self) -> Tree:
        if self._take("("):
            inner = self.expression(0)
            self._need(")")
            return inner
        if self._take("["):
            return self._listed("]")
        if self._take("!"):
            return {"not": self.expression(3)}
        if self._take("-"):
            inner = self.expression(7)
            return -inner if isinstance(inner, int | float) else {"-": [inner]}
        return self._called()

    def _called(self) -> Tree:
        found = _WORD.match(self.text, self.at)
        if found is None:
            raise Unknown(self.rest()[:60])
        self.at, name = found.end(), found.group().lower()
        if name in {"true", "false"}:
            if self._take("("):
                self._need(")")
            return name == "true"
        if name == "not" and not self.text.startswith("(", self.at):
            return {"not": self.expression(3)}
        self._need("(")
        function = self.dialect.functions.get(name)
        given = self._listed(")")
        if function is None:
            raise Unknown(name)
        try:
            return function(given)
        except (IndexError, TypeError, ValueError) as error:
            raise Unknown(name) from error

    def _listed(self, end: str) -> list[Tree]:
        found: list[Tree] = []
        while not self._take(end):
            found.append(self.expression(0))
            if not self._take(","):
                self._need(end)
                break
        return found

    def _take(self, sign: str) -> bool:
        self._skip()
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise Unknown(self.rest()[:60] or self.text[:60])

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1


def _joined(operator: str, left: Tree, right: Tree) -> Tree:
    if operator in {"and", "or"} and isinstance(left, dict) and operator in left:
        return {operator: [*left[operator], right]}
    if operator == "not contains":
        return {"not": {"contains": [left, right]}}
    if operator == "none":
        return {"not": {"any_of": [left, right]}}
    return {operator: [left, right]}


def sayable(name: str, given: list[Tree]) -> tuple[str, list[Tree]]:
    """Lists taken apart: one of a and b is a or b."""
    if name == "in" and len(given) == 2:
        if not isinstance(given[1], list):
            return "contains", [given[1], given[0]]
        return "or", [{"==": [given[0], one]} for one in given[1]]
    joint = {"any_of": "or", "all_of": "and"}.get(name)
    if joint and len(given) == 2 and isinstance(given[1], list):
        return joint, [{"contains": [given[0], one]} for one in given[1]]
    return name, given


@dataclass(frozen=True, slots=True)
class Style:
    """How one program is told a condition; what is missing here cannot be told."""

    variable: Callable[[str], str]
    signs: Mapping[str, str]  # of two values: " = "
    calls: Mapping[str, str]  # "selected({0}, {1})"; all filled before the signs

    def written(self, tree: Tree, deep: int = 0) -> str:
        """The condition in its words. Raises Unknown."""
        if deep > DEEPEST or tree is None:
            raise Unknown("null")
        if isinstance(tree, bool | int | float | str):
            return self._literal(tree)
        if not isinstance(tree, dict) or len(tree) != 1:
            raise Unknown(json.dumps(tree)[:60])
        [(name, given)] = tree.items()
        if name == "answer":
            return self.variable(given)
        if name == AS_IS:
            return str(given)
        return self._operator(name, given if isinstance(given, list) else [given], deep)

    def _operator(self, name: str, given: list[Tree], deep: int) -> str:
        name, given = sayable(name, given)
        said = [self.written(one, deep + 1) for one in given]
        if name in self.calls and len(said) == self.calls[name].count("{"):
            return self.calls[name].format(*said)
        if name in {"and", "or"} and len(said) == 1:
            return said[0]
        if name not in self.signs or len(said) < 2:
            raise Unknown(name)
        return "(" + f" {self.signs[name]} ".join(said) + ")"

    def _literal(self, value: float | str) -> str:
        if isinstance(value, bool):
            name = "true" if value else "false"
            if name not in self.calls:
                raise Unknown(name)
            return self.calls[name]
        if isinstance(value, str):
            if "'" in value or "\\" in value or not value.isprintable():
                raise Unknown(value[:60])
            return f"'{value}'"
        return json.dumps(value)
