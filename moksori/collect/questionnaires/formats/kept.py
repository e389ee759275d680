"""What another format has no place for, kept beside it for the way back.

After a file is written it is read back at once, as a stranger would read it. Whatever
comes back otherwise is put into the file under a name that other programs pass over:
what a reader sees, and what it was. Whoever changes a text there gets the changed text
here, and nothing is lost without being said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.reading import Malformed, Problem, look_at
from moksori.collect.tables.messages import Message

NAME = "moksori"
Json = dict[str, Any]
_WORDS = frozenset(
    {"title", "intro", "thanks", "closed", "text", "help", "low_words", "high_words",
     "unit"}
)  # fmt: skip
_LISTS = frozenset({"pages", "questions", "options", "rows", "quotas", "variants"})
_ORDER = "\0"
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Remark:
    """What could not be carried over, or only for ourselves, and where."""

    path: str
    message: Message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else str(self.message)


@dataclass(slots=True)
class Remarks:
    """Gathered on the way; each is said once."""

    found: dict[tuple[str, str], Remark] = field(default_factory=dict)

    def say(self, path: str, template: str, **facts: Any) -> None:
        one = Remark(path, Message(template, facts))
        self.found.setdefault((path, f"{template}{facts}"), one)

    def __iter__(self) -> Iterator[Remark]:
        return iter(self.found.values())


def flat(found: Mapping[str, Any], at: str = "") -> Json:
    """Each part by its ids: "pages/p1/questions/q1/text/ko"; lists as their order."""
    out: Json = {}
    for name, value in found.items():
        if name in _WORDS and isinstance(value, dict):
            out |= {f"{at}{name}/{language}": text for language, text in value.items()}
        elif name in _LISTS and isinstance(value, list):
            out[f"{at}{name}"] = [one["id"] for one in value]
            for one in value:
                rest = {key: part for key, part in one.items() if key != "id"}
                out |= flat(rest, f"{at}{name}/{one['id']}/")
        else:
            out[f"{at}{name}"] = value
    return out


def unflat(found: Mapping[str, Any]) -> Json:
    """What `flat` was made of."""
    tree: Json = {}
    for key, value in found.items():
        *path, last = key.split("/")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
        if last in _LISTS and isinstance(value, list):
            node.setdefault(last, {})[_ORDER] = value
        else:
            node[last] = value
    return _listed(tree)


def _listed(node: Json) -> Json:
    out: Json = {}
    for name, value in node.items():
        if name in _LISTS and isinstance(value, dict):
            out[name] = [
                {"id": id} | _listed(value.get(id, {})) for id in value.get(_ORDER, [])
            ]
        else:
            out[name] = value
    return out


def kept(now: Json, then: Json) -> Json:
    """What has to be remembered: {place: {"then": as it reads, "now": as it is}}."""
    ours, theirs = flat(now), flat(then)
    found: Json = {}
    for key in sorted({*ours, *theirs}):
        if key in ours and key in theirs and ours[key] == theirs[key]:
            continue
        found[key] = {}
        if key in theirs:
            found[key]["then"] = theirs[key]
        if key in ours:
            found[key]["now"] = ours[key]
    return found


def restored(then: Json, remembered: Any) -> Json:
    """The JSON as it was, but for what was changed since."""
    if not isinstance(remembered, dict):
        return then
    found = flat(then)
    for key, change in remembered.items():
        if not isinstance(change, dict):
            continue
        if ("then" in change) != (key in found) or change.get("then") != found.get(key):
            continue  # changed since: what stands there now counts
        if "now" in change:
            found[key] = change["now"]
        else:
            found.pop(key, None)
    try:
        return unflat(found)
    except (AttributeError, TypeError, ValueError):
        return then  # what was remembered is not from us


def told(remembered: Json, now: Json) -> Remarks:
    """In words: which parts other programs will not see, or see otherwise."""
    remarks = Remarks()
    places = dict(_places(now))
    by_place: dict[str, list[str]] = {}
    for key, change in remembered.items():
        if "now" not in change or key in {"moksori", "languages"}:
            continue
        if key.endswith("/show") and "then" in change:
            continue  # the same rule in other words
        place, name = _place(key, places)
        names = by_place.setdefault(place, [])
        if name not in names:
            names.append(name)
    for place, names in by_place.items():
        text = _("Not known there, or otherwise, and kept for the way back: {names}.")
        remarks.say(place, text, names=", ".join(names))
    return remarks


def _places(found: Json) -> Iterator[tuple[str, str]]:
    for p, page in enumerate(found.get("pages", [])):
        yield f"pages/{page['id']}", f"pages.{p}"
        for q, question in enumerate(page["questions"]):
            at = f"pages/{page['id']}/questions/{question['id']}"
            yield at, f"pages.{p}.questions.{q}"


def _place(key: str, places: Mapping[str, str]) -> tuple[str, str]:
    """The path of the question or page, and the name of the field."""
    parts = key.split("/")
    for length in (4, 2):
        place = places.get("/".join(parts[:length]))
        if place and len(parts) > length:
            rest = parts[length:]
            return place, rest[2] if len(rest) > 2 else rest[0]
    return "", parts[0]


def finished(found: Json, remarks: Remarks) -> Questionnaire:
    """The questionnaire, without the rules that make no sense any more.

    A file of another program may ask for questions that could not be read; such a rule
    is left out, too, and said. Raises Malformed for all other faults.
    """
    problems: list[Problem] = []
    for _round in range(_MOST_ROUNDS):
        read, problems = look_at(found)
        if read is not None and not problems:
            return read
        # One at a time: taking one out of a list moves the others.
        if not any(_dropped(found, problem, remarks) for problem in problems):
            break
    raise Malformed(problems)


_RULES = frozenset({"show", "when", "loop", "to"})
_NAMING = frozenset({"title", "text", "help"})  # words with places for answers


def _dropped(found: Json, problem: Problem, remarks: Remarks) -> bool:
    """Take a rule that was complained about out of the JSON."""
    path = problem.path.split(".")
    if path[-1] in _NAMING and (name := problem.message.facts.get("id")):
        _without_place(_within(found, path), name)
        remarks.say(
            problem.path, _("Left out: {problem}"), problem=str(problem.message)
        )
        return True
    at = next((n for n, part in enumerate(path) if part in _RULES), None)
    if at is None:
        return False
    if path[at] in {"when", "to"}:  # a skip or a quota without its rule is none
        gone = _within(found, path[: at - 1]).pop(int(path[at - 1]))
    else:
        gone = _within(found, path[:at]).pop(path[at], None)
    remarks.say(problem.path, _("Left out: {problem}"), problem=str(problem.message))
    return gone is not None


def _without_place(words: Any, name: str) -> None:
    """The place of an answer that is not there, as plain words."""
    place = re.compile(rf"\{{({re.escape(name)})(?:\|([^{{}}|]*))?\}}")
    for language, text in words.items():
        words[language] = place.sub(lambda found: found[2] or f"[{found[1]}]", text)


def _within(found: Any, path: list[str]) -> Any:
    for part in path:
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found
