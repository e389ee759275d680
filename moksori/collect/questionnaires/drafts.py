"""What a draft is made of: the JSON of a questionnaire that need not make sense yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from moksori.collect.questionnaires.definition import FORMAT, Type
from moksori.collect.questionnaires.shapes import fields_of

Draft = dict[str, Any]
Json = dict[str, Any]
LISTS = ("options", "rows")
_ID = re.compile(r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")
_NUMBERED = re.compile(r"^[a-z](\d{1,9})$")
_PIPED = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]{0,39})(?=[|}])")
_LETTER = {"options": "o", "rows": "r", "quotas": "quota", "variants": "v"}


def empty(languages: tuple[str, ...] = ("ko", "en")) -> Draft:
    """A draft with one page and nothing asked."""
    return {
        "moksori": FORMAT,
        "title": {},
        "languages": list(languages),
        "pages": [{"id": "p1", "questions": []}],
    }


def begun(name: str, language: str) -> Draft:
    """An empty draft in one language; customers read its name until somebody says
    otherwise."""
    return empty((language,)) | {"title": {language: name}}


def tidied(found: Any) -> Draft:
    """Whatever it was as a draft: lists that are lists, ids that are there once."""
    draft: Draft = deepcopy(found) if isinstance(found, dict) else empty()
    draft["pages"] = dicts(draft.get("pages"))
    for page in draft["pages"]:
        page["questions"] = dicts(page.get("questions"))
    taken = set(ids_in(draft))
    seen: set[str] = set()
    for page in draft["pages"]:
        _name(page, "p", seen, taken)
        for question in page["questions"]:
            _name(question, "q", seen, taken)
            tidy_question(question)
    return draft


def tidy_question(question: Json) -> None:
    """Its options and rows with ids of their own."""
    for kind in LISTS:
        if kind not in question:
            continue
        question[kind] = dicts(question[kind])
        taken = {one["id"] for one in question[kind] if is_id(one.get("id"))}
        seen: set[str] = set()
        for option in question[kind]:
            _name(option, _LETTER[kind], seen, taken)


def _name(thing: Json, letter: str, seen: set[str], taken: set[str]) -> None:
    """Give it an id if it has none of its own."""
    if not is_id(thing.get("id")) or thing["id"] in seen:
        thing["id"] = fresh(letter, taken)
        taken.add(thing["id"])
    seen.add(thing["id"])


def languages_of(draft: Draft) -> tuple[str, ...]:
    """The languages of a draft; the first stands in for the others."""
    given = draft.get("languages")
    listed = given if isinstance(given, list) else []
    found = [one for one in listed if isinstance(one, str) and one]
    return tuple(dict.fromkeys(found)) or ("ko", "en")


def is_id(id: Any) -> bool:
    return isinstance(id, str) and bool(_ID.match(id))


def ids_in(draft: Draft) -> Iterator[str]:
    """The ids of all pages and questions."""
    for page in draft["pages"]:
        if is_id(page.get("id")):
            yield page["id"]
        for question in dicts(page.get("questions")):
            if is_id(question.get("id")):
                yield question["id"]


def fresh(letter: str, *taken: Iterable[str]) -> str:
    """An id that none of these has, numbered after the highest."""
    every = {id for ids in taken for id in ids}
    # "q12" and "p12" share their numbers: people say "number twelve".
    numbers = (_NUMBERED.match(id) for id in every)
    highest = max((int(found[1]) for found in numbers if found), default=0)
    return f"{letter}{highest + 1}"


def dicts(found: Any) -> list[Json]:
    """The objects of a list; nothing for what is none."""
    listed = found if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, dict)]


def type_of(question: Json) -> Type:
    """Its type; long text for one that nobody knows, as the reader has it."""
    try:
        return Type(str(question.get("type")))
    except ValueError:
        return Type.LONG_TEXT


def index(listed: list[Json], id: str) -> int | None:
    return next((n for n, one in enumerate(listed) if one.get("id") == id), None)


def named(listed: list[Json], id: str) -> Json | None:
    return next((one for one in listed if one.get("id") == id), None)


def question_of(draft: Draft, id: str) -> Json | None:
    """The question with this id, in the draft itself: tidy it first."""
    every = (one for page in draft["pages"] for one in page["questions"])
    return next((one for one in every if one["id"] == id), None)


def listed_in(draft: Draft, id: str, kind: str) -> list[Json] | None:
    """The options or rows of a question that has such; None if it has not."""
    question = question_of(draft, id)
    if (
        question is None
        or kind not in LISTS
        or kind not in fields_of(type_of(question))
    ):
        return None
    listed: list[Json] = question.setdefault(kind, [])
    return listed


def put(thing: Json, fields: Mapping[str, Any], allowed: Collection[str]) -> None:
    """Set these fields; what is nothing or false goes, as `writing` has it."""
    for name, value in fields.items():
        if name not in allowed:
            continue
        if value or (isinstance(value, int | float) and value is not False):
            thing[name] = deepcopy(value)
        else:
            thing.pop(name, None)


def shift(listed: list[Json], id: str, by: int) -> None:
    """Move one of a list, as far as the list goes."""
    at = index(listed, id)
    if at is not None:
        one = listed.pop(at)
        listed.insert(min(max(at + by, 0), len(listed)), one)


def by_language(given: Any, first: str) -> dict[str, str]:
    """Words as an object, whichever way they were written."""
    if isinstance(given, str):
        return {first: given}
    found = given if isinstance(given, dict) else {}
    return {k: v for k, v in found.items() if isinstance(v, str)}


def asking_of(found: Any, renamed: Mapping[str, str]) -> Any:
    """Rules and words that ask for other questions than before."""
    if isinstance(found, list):
        return [asking_of(one, renamed) for one in found]
    if isinstance(found, str):
        return _PIPED.sub(lambda m: "{" + renamed.get(m[1], m[1]), found)
    if not isinstance(found, dict):
        return found
    return {
        name: renamed.get(given, given)
        if name == "answer" and isinstance(given, str)
        else asking_of(given, renamed)
        for name, given in found.items()
    }
