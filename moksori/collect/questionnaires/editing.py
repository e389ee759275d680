"""Changing a draft: the JSON of a questionnaire in, a changed copy of it out.

A draft need not make sense yet; `reading.look_at` says what is missing. Every change
is total: what it cannot find it leaves alone. An id, once given, stays with its thing,
and what was ever published (`used`) is never given to something else, so that answers
of all versions can be told apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any

from moksori.collect.questionnaires.definition import Type
from moksori.collect.questionnaires.drafts import (
    Draft,
    Json,
    asking_of,
    by_language,
    dicts,
    fresh,
    ids_in,
    index,
    is_id,
    languages_of,
    listed_in,
    named,
    put,
    question_of,
    shift,
    tidied,
    tidy_question,
    type_of,
)
from moksori.collect.questionnaires.reading import MOST_OPTIONS
from moksori.collect.questionnaires.shapes import beginning, fields_of

_WHOLE = frozenset(
    {"title", "intro", "thanks", "closed", "languages", "random", "back", "resume",
     "opens_at", "closes_at", "quotas", "variants", "metadata"}
)  # fmt: skip
_PAGE = frozenset({"title", "show", "loop", "random", "go"})
_OPTION = frozenset({"text", "exclusive", "other", "anchored", "show", "score"})
_LETTER = {"options": "o", "rows": "r"}


# --- the whole ---------------------------------------------------------------------


def change_whole(draft: Draft, fields: Mapping[str, Any]) -> Draft:
    """Title, languages, times and such; None removes a field."""
    changed = tidied(draft)
    put(changed, fields, _WHOLE)
    for name in ("back", "resume"):  # true unless said otherwise
        if fields.get(name) is False:
            changed[name] = False
    return changed


def say(draft: Draft, path: str, language: str, text: str) -> Draft:
    """Put words in one language at a path: "title", "pages.0.questions.1.text"."""
    changed = tidied(draft)
    *way, name = path.split(".")
    place = _at(changed, way)
    if isinstance(place, dict) and name in _SAYING:
        place[name] = _said(place.get(name), language, text, languages_of(draft)[0])
    return changed


_SAYING = frozenset(
    {"title", "intro", "thanks", "closed", "text", "help", "low_words", "high_words",
     "unit"}
)  # fmt: skip


def sayings(draft: Draft) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every path that holds words, in the order of the questionnaire."""
    whole = tidied(draft)
    first = languages_of(whole)[0]
    for name in ("title", "intro", "thanks", "closed"):
        yield name, by_language(whole.get(name), first)
    for p, page in enumerate(whole["pages"]):
        yield f"pages.{p}.title", by_language(page.get("title"), first)
        for q, question in enumerate(page["questions"]):
            yield from _question_sayings(question, f"pages.{p}.questions.{q}", first)


# --- pages ---------------------------------------------------------------------------


def add_page(draft: Draft, *, after: str = "", used: Collection[str] = ()) -> Draft:
    """A new page after that one, or at the end."""
    changed = tidied(draft)
    page = {"id": fresh("p", ids_in(changed), used), "questions": []}
    at = index(changed["pages"], after)
    place = len(changed["pages"]) if at is None else at + 1
    changed["pages"].insert(place, page)
    return changed


def change_page(draft: Draft, id: str, fields: Mapping[str, Any]) -> Draft:
    changed = tidied(draft)
    page = named(changed["pages"], id)
    if page is not None:
        put(page, fields, _PAGE)
    return changed


def move_page(draft: Draft, id: str, by: int) -> Draft:
    changed = tidied(draft)
    shift(changed["pages"], id, by)
    return changed


def duplicate_page(draft: Draft, id: str, *, used: Collection[str] = ()) -> Draft:
    """A copy after it. Its rules ask about the copied questions, not the old ones."""
    changed = tidied(draft)
    at = index(changed["pages"], id)
    if at is None:
        return changed
    copy = deepcopy(changed["pages"][at])
    taken = {*ids_in(changed), *used}
    renamed: dict[str, str] = {}
    for question in copy["questions"]:
        renamed[question["id"]] = fresh("q", taken, ())
        taken.add(renamed[question["id"]])
        question["id"] = renamed[question["id"]]
        question.pop("code", None)
    copy["id"] = fresh("p", taken, ())
    changed["pages"].insert(at + 1, asking_of(copy, renamed))
    return changed


def delete_page(draft: Draft, id: str) -> Draft:
    changed = tidied(draft)
    changed["pages"] = [page for page in changed["pages"] if page["id"] != id]
    return changed


# --- questions -----------------------------------------------------------------------


def add_question(
    draft: Draft,
    type: Type,
    *,
    page: str = "",
    after: str = "",
    used: Collection[str] = (),
) -> Draft:
    """A new question after that one, else at the end of that page or the last."""
    changed = tidied(draft)
    id = fresh("q", ids_in(changed), used)
    question = {
        "id": id,
        "type": type.value,
        **beginning(type, languages_of(changed)),
    }
    _insert(changed, question, page=page, after=after, used=used)
    return changed


def change_question(draft: Draft, id: str, fields: Mapping[str, Any]) -> Draft:
    """Set fields of its type; None removes one. Its id and type stay."""
    changed = tidied(draft)
    question = question_of(changed, id)
    if question is not None:
        put(question, fields, fields_of(type_of(question)) - {"id", "type"})
    return changed


def change_type(draft: Draft, id: str, type: Type) -> Draft:
    """The same question asked in another way; fields that lose their sense go."""
    changed = tidied(draft)
    question = question_of(changed, id)
    if question is None or question.get("type") == type:
        return changed
    kept = {name: question[name] for name in question if name in fields_of(type)}
    for name in ("low", "high", "low_words", "high_words", "least", "most"):
        kept.pop(name, None)  # they were meant for the other scale
    if type == Type.WITHOUT:
        kept.pop("options", None)
    question.clear()
    question.update({**beginning(type, languages_of(changed)), **kept})
    question["type"] = type.value
    return changed


def move_question(draft: Draft, id: str, by: int) -> Draft:
    """One place up (-1) or down (1); over the edge of a page into the next."""
    changed = tidied(draft)
    pages = changed["pages"]
    for p, page in enumerate(pages):
        at = index(page["questions"], id)
        if at is None:
            continue
        if 0 <= at + by < len(page["questions"]):
            shift(page["questions"], id, by)
        elif 0 <= p + by < len(pages):
            neighbours = pages[p + by]["questions"]
            neighbours.insert(
                len(neighbours) if by < 0 else 0, page["questions"].pop(at)
            )
        break
    return changed


def duplicate_question(draft: Draft, id: str, *, used: Collection[str] = ()) -> Draft:
    """A copy after it, with an id of its own."""
    changed = tidied(draft)
    question = question_of(changed, id)
    if question is not None:
        copy = deepcopy(question)
        copy.pop("code", None)
        copy["id"] = fresh("q", ids_in(changed), used)
        _insert(changed, copy, after=id)
    return changed


def delete_question(draft: Draft, id: str) -> Draft:
    """Without it. Rules that ask about it stay, and are told as problems."""
    changed = tidied(draft)
    for page in changed["pages"]:
        page["questions"] = [one for one in page["questions"] if one["id"] != id]
    return changed


def put_question(draft: Draft, question: Any, *, page: str, at: int) -> Draft:
    """A question (back) at its place: in place of the one with its id, if there."""
    changed = tidied(draft)
    if not isinstance(question, dict) or not is_id(question.get("id")):
        return changed
    piece = deepcopy(question)
    tidy_question(piece)
    for whole in changed["pages"]:
        here = index(whole["questions"], piece["id"])
        if here is not None:
            whole["questions"][here] = piece
            return tidied(changed)
    target = named(changed["pages"], page) or next(iter(changed["pages"]), None)
    if target is not None and piece["id"] not in ids_in(changed):
        target["questions"].insert(max(at, 0), piece)
    return tidied(changed)


def put_page(draft: Draft, page: Any, *, at: int) -> Draft:
    """A page back at its place, unless one with its id is there."""
    changed = tidied(draft)
    if isinstance(page, dict) and page.get("id") not in set(ids_in(changed)):
        changed["pages"].insert(max(at, 0), deepcopy(page))
    return tidied(changed)


# --- options and rows ----------------------------------------------------------------


def add_option(
    draft: Draft, id: str, *, kind: str = "options", used: Collection[str] = ()
) -> Draft:
    """A new option (or row) at the end, before those that hold the end."""
    changed = tidied(draft)
    listed = listed_in(changed, id, kind)
    if listed is not None and len(listed) < MOST_OPTIONS:
        id_ = fresh(_LETTER[kind], [one["id"] for one in listed], used)
        end = len(listed)
        while end and any(listed[end - 1].get(n) for n in ("other", "exclusive")):
            end -= 1
        listed.insert(end, {"id": id_})
    return changed


def change_option(
    draft: Draft, id: str, option: str, fields: Mapping[str, Any], kind: str = "options"
) -> Draft:
    changed = tidied(draft)
    found = named(listed_in(changed, id, kind) or [], option)
    if found is not None:
        put(found, fields, _OPTION)
    return changed


def move_option(
    draft: Draft, id: str, option: str, by: int, kind: str = "options"
) -> Draft:
    changed = tidied(draft)
    shift(listed_in(changed, id, kind) or [], option, by)
    return changed


def delete_option(draft: Draft, id: str, option: str, kind: str = "options") -> Draft:
    changed = tidied(draft)
    listed = listed_in(changed, id, kind)
    if listed is not None:
        listed[:] = [one for one in listed if one["id"] != option]
    return changed


# --- finding things ------------------------------------------------------------------


def place_of(draft: Draft, id: str) -> tuple[str, int] | None:
    """The page of a question and its place there."""
    for page in tidied(draft)["pages"]:
        at = index(page["questions"], id)
        if at is not None:
            return str(page["id"]), at
    return None


def question_in(draft: Draft, id: str) -> Json | None:
    return question_of(tidied(draft), id)


def page_in(draft: Draft, id: str) -> Json | None:
    return named(tidied(draft)["pages"], id)


# --- words ---------------------------------------------------------------------------


def _at(draft: Draft, way: list[str]) -> Any:
    """What lies at a path, or None."""
    place: Any = draft
    for step in way:
        if isinstance(place, list) and step.isascii() and step.isdigit():
            place = place[int(step)] if int(step) < len(place) else None
        else:
            place = place.get(step) if isinstance(place, dict) else None
    return place


def _said(given: Any, language: str, text: str, first: str) -> Json:
    found = by_language(given, first) | {language: text}
    return {one: words for one, words in found.items() if words}


def _question_sayings(
    question: Json, at: str, first: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    fields = fields_of(type_of(question))
    for name in ("text", "help", "low_words", "high_words", "unit"):
        if name in fields:
            yield f"{at}.{name}", by_language(question.get(name), first)
    for kind in _LETTER:
        for n, option in enumerate(dicts(question.get(kind))):
            yield f"{at}.{kind}.{n}.text", by_language(option.get("text"), first)


def _insert(
    draft: Draft,
    question: Json,
    *,
    page: str = "",
    after: str = "",
    used: Collection[str] = (),
) -> None:
    for one in draft["pages"]:
        at = index(one["questions"], after)
        if at is not None:
            one["questions"].insert(at + 1, question)
            return
    if not draft["pages"]:
        id = fresh("p", ids_in(draft), used, [question["id"]])
        draft["pages"].append({"id": id, "questions": []})
    target = named(draft["pages"], page) or draft["pages"][-1]
    target["questions"].append(question)
