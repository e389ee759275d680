"""One order of the builder, carried out on a draft."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires import editing
from moksori.collect.questionnaires.building import pieces
from moksori.collect.questionnaires.building.conditions import (
    Unclear,
    asks_another,
    with_one_more,
    without,
)
from moksori.collect.questionnaires.building.given import Given
from moksori.collect.questionnaires.definition import Question, Questionnaire, Type
from moksori.collect.questionnaires.drafts import (
    Draft,
    Json,
    dicts,
    ids_in,
    languages_of,
    tidied,
    type_of,
)
from moksori.collect.questionnaires.reading import look_at
from moksori.collect.questionnaires.rules import Rules, expression_of, rules_of
from moksori.collect.questionnaires.words import NOTHING
from moksori.collect.tables.messages import Message

MOST_GOES = 20
MOST_VARIANTS = 10


@dataclass(frozen=True, slots=True)
class Done:
    """A draft after an order: what lies open now, what was said, the way back.

    `undo` are the fields of the order that takes it back. `is_plain` says that only
    words and values changed, so that the form on the screen is still right.
    """

    draft: Draft
    at: str = ""
    said: Message | None = None
    undo: Mapping[str, Any] = field(default_factory=dict)
    focus: str = ""
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What a form asks for, of which draft, in which zone of time."""

    draft: Draft
    given: Given
    used: Collection[str] = ()
    zone: tzinfo = UTC

    @property
    def id(self) -> str:
        return self.given.text("id")

    @property
    def whole(self) -> Questionnaire:
        read, _problems = look_at(self.draft)
        return read or Questionnaire(title=NOTHING, pages=())


def carried_out(
    found: Any,
    fields: Mapping[str, Any],
    *,
    used: Collection[str] = (),
    zone: tzinfo = UTC,
) -> Done:
    """The draft after the order in the form; as it was for an order nobody knows."""
    order = Order(tidied(found), Given(fields), used, zone)
    do = _ORDERS.get(order.given.text("do"))
    if do is None:
        return Done(order.draft, order.given.text("at"))
    try:
        return do(order)
    except Unclear as unclear:
        return Done(order.draft, order.id, said=unclear.message)


# --- structure -----------------------------------------------------------------------


def _add_page(order: Order) -> Done:
    draft = editing.add_page(order.draft, after=order.id, used=order.used)
    return Done(draft, _new(order.draft, draft))


def _add_question(order: Order) -> Done:
    given = order.given
    draft = editing.add_question(
        order.draft,
        _type(given.text("type")),
        page=given.text("page"),
        after=given.text("after"),
        used=order.used,
    )
    id = _new(order.draft, draft, letter="q")
    return Done(draft, id, focus=f"text-{id}")


def _move_up(order: Order) -> Done:
    return _move(order, -1)


def _move_down(order: Order) -> Done:
    return _move(order, 1)


def _move(order: Order, by: int) -> Done:
    draft = editing.move_page(order.draft, order.id, by)
    draft = editing.move_question(draft, order.id, by)
    pages = [page["id"] for page in draft["pages"]]
    asked = [id for id in ids_in(draft) if id not in pages]
    place = next((n for ids in (pages, asked) for n, id in enumerate(ids, 1)
                  if id == order.id), 0)  # fmt: skip
    said = Message(_("It is number {n} now."), {"n": place})
    is_moved = draft != order.draft
    return Done(draft, order.given.text("at"), said if is_moved else None)


def _duplicate(order: Order) -> Done:
    draft = editing.duplicate_page(order.draft, order.id, used=order.used)
    draft = editing.duplicate_question(draft, order.id, used=order.used)
    return Done(draft, _new(order.draft, draft))


def _delete(order: Order) -> Done:
    """Without the page or question, which can be put back where it was."""
    draft, id = order.draft, order.id
    page = editing.page_in(draft, id)
    if page is not None:
        at = [one["id"] for one in draft["pages"]].index(id)
        return Done(
            editing.delete_page(draft, id),
            said=Message(_("The page was deleted.")),
            undo={"do": "put_back", "piece": page, "place": at},
        )
    question, place = editing.question_in(draft, id), editing.place_of(draft, id)
    if question is None or place is None:
        return Done(draft)
    return Done(
        editing.delete_question(draft, id),
        place[0],
        Message(_("The question was deleted.")),
        {"do": "put_back", "piece": question, "page": place[0], "place": place[1]},
    )


def _put_back(order: Order) -> Done:
    try:
        piece = order.given.json("piece")
    except (ValueError, RecursionError):
        return Done(order.draft)
    place = order.given.whole("place")
    if not isinstance(piece, dict):
        return Done(order.draft)
    if "questions" in piece:
        draft = editing.put_page(order.draft, piece, at=place)
    else:
        page = order.given.text("page")
        draft = editing.put_question(order.draft, piece, page=page, at=place)
    return Done(draft, str(piece.get("id", "")))


# --- the open form -------------------------------------------------------------------


def _question(order: Order) -> Done:
    """What the form says, then what its button asks for."""
    given, id = order.given, order.id
    before = editing.question_in(order.draft, id)
    if before is None:
        return Done(order.draft)
    draft = pieces.change_question(order.draft, id, given, order.whole)
    wanted = _type(given.text("type", type_of(before).value))
    then = given.text("then")
    if wanted != type_of(before):
        undo = {"do": "put_back", "piece": before}
        said = Message(_("It is asked in another way now."))
        draft = editing.change_type(draft, id, wanted)
        return Done(draft, id, said, undo, focus=f"type-{id}")
    if then:
        return _then(order, draft, then.split(":"))
    return Done(draft, id, is_plain=not asks_another(given))


def _page(order: Order) -> Done:
    if editing.page_in(order.draft, order.id) is None:
        return Done(order.draft)
    draft = pieces.change_page(order.draft, order.id, order.given, order.whole)
    then = order.given.text("then")
    if then:
        return _then_page(order, draft, then.split(":"))
    return Done(draft, order.id, is_plain=not asks_another(order.given))


def _add_language(order: Order) -> Done:
    """One language more, and the form in it at once."""
    language = order.given.text("add")
    languages = [*languages_of(order.draft), language]
    whole = {"languages": list(dict.fromkeys(languages))}
    draft = editing.change_whole(order.draft, whole) if language else order.draft
    return Done(draft, order.given.text("at"))


def _whole(order: Order) -> Done:
    return Done(pieces.change_whole(order.draft, order.given, order.zone))


def _say(order: Order) -> Done:
    """Better words in the place of those that were found wanting."""
    given = order.given
    path, language = given.text("path"), given.text("language")
    now = dict(editing.sayings(order.draft)).get(path, {}).get(language, "")
    old, words = given.text("old"), given.text("words")
    text = now.replace(old, words) if old and old in now else words
    draft = editing.say(order.draft, path, language, text)
    said = Message(_("The words were changed."))
    undo = {
        "do": "say",
        "path": path,
        "old": text,
        "words": now,
        "at": given.text("at"),
    }
    return Done(draft, given.text("at"), said, undo)


def _says(order: Order) -> Done:
    return Done(pieces.say_all(order.draft, order.given))


def _then(  # noqa: PLR0911 – by button
    order: Order, draft: Draft, then: list[str]
) -> Done:
    """Options added, moved and deleted; rules added and dropped."""
    id, before = order.id, editing.question_in(draft, order.id)
    match then:
        case ["add", ("options" | "rows") as kind]:
            changed = editing.add_option(draft, id, kind=kind)
            return Done(changed, id, focus=_new_option(draft, changed, id, kind))
        case ["lines"]:
            return Done(pieces.add_lines(draft, id, order.given, ()), id)
        case [("up" | "down") as way, ("options" | "rows") as kind, option]:
            by = -1 if way == "up" else 1
            return Done(editing.move_option(draft, id, option, by, kind), id)
        case ["delete", ("options" | "rows") as kind, option]:
            said = Message(_("The answer was deleted."))
            undo = {"do": "put_back", "piece": before}
            gone = editing.delete_option(draft, id, option, kind)
            return Done(gone, id, said, undo, focus=f"add-{kind}")
        case [("add_rule" | "drop_rule"), "show", *_rest]:
            show = _other_rules(order, then, (before or {}).get("show"))
            return Done(editing.change_question(draft, id, {"show": show}), id)
    return Done(draft, id)


def _then_page(order: Order, draft: Draft, then: list[str]) -> Done:
    id, page = order.id, editing.page_in(draft, order.id) or {}
    goes = dicts(page.get("go"))
    match then:
        case ["add_go"] if len(goes) < MOST_GOES:
            goes = [*goes, {"to": "end"}]
        case ["drop_go", n] if n.isdecimal():
            goes = [go for i, go in enumerate(goes) if i != int(n)]
        case [("add_rule" | "drop_rule"), "show", *_rest]:
            show = _other_rules(order, then, page.get("show"))
            return Done(editing.change_page(draft, id, {"show": show}), id)
        case [("add_rule" | "drop_rule"), n, *_rest] if n.isdecimal():
            if int(n) < len(goes):
                when = _other_rules(order, then, goes[int(n)].get("when"))
                goes[int(n)] = {"to": goes[int(n)].get("to", "end")}
                goes[int(n)] |= {} if when is None else {"when": when}
    return Done(editing.change_page(draft, id, {"go": goes}), id)


# --- quotas and variants -------------------------------------------------------------


def _quotas(order: Order) -> Done:
    used = order.used
    draft = pieces.change_quotas(order.draft, order.given, order.whole, used)
    quotas, variants = dicts(draft.get("quotas")), dicts(draft.get("variants"))
    then = order.given.text("then").split(":")
    match then:
        case ["add_quota"]:
            name = gettext("Quota {n}").format(n=len(quotas) + 1)
            id = pieces.free("quota", quotas, used)
            quotas = [*quotas, {"id": id, "name": name, "limit": 100}]
        case ["drop_quota", n]:
            quotas = [one for i, one in enumerate(quotas) if str(i) != n]
        case ["add_variant"]:
            taken = {*used, *(one.get("id") for one in variants)}
            id = next((v for v in "abcdefghij" if v not in taken), "")
            id = id or pieces.free("v", variants, used)
            named = {"id": id, "name": id.upper(), "share": 1}
            variants = [*variants, named][:MOST_VARIANTS]
        case ["drop_variant", n]:
            variants = [one for i, one in enumerate(variants) if str(i) != n]
        case [("add_rule" | "drop_rule"), n, *_rest] if n.isdecimal():
            if int(n) < len(quotas):
                when = _other_rules(order, then, quotas[int(n)].get("when"))
                quotas[int(n)]["when"] = when
    fields = {"quotas": quotas, "variants": variants}
    said = Message(_("This rule looks at another question now: say what its answer is "
                     "compared with."))  # fmt: skip
    is_another = asks_another(order.given, ends=("-about",))
    return Done(
        editing.change_whole(draft, fields),
        said=said if is_another else None,
        is_plain=then == [""],
    )


def _other_rules(order: Order, then: list[str], expression: Any) -> Any:
    """The condition with one rule more or less."""
    rules = rules_of(expression)
    if rules is None:  # written as JSON: only there can it be changed
        return None if then[0] == "drop_rule" and len(then) < 3 else expression
    if then[0] == "add_rule":
        on_page = order.given.text("do") == "page" and then[1] != "show"
        known = askable(order.whole, order.id, on_page=on_page)
        return expression_of(with_one_more(rules, known))
    is_one = len(then) > 2 and then[2].isdecimal()
    return expression_of(without(rules, int(then[2])) if is_one else Rules())


def askable(
    whole: Questionnaire, id: str, *, on_page: bool = False
) -> tuple[Question, ...]:
    """What a rule of this question (or page) may ask about; everything for none."""
    found: list[Question] = []
    for page in whole.pages:
        if page.id == id and not on_page:
            break
        for question in page.questions:
            if question.id == id:
                return tuple(found)
            found.append(question)
        if page.id == id:
            break
    return tuple(found)


# --- small ---------------------------------------------------------------------------


def _new(before: Draft, after: Draft, *, letter: str = "") -> str:
    old = set(ids_in(before))
    fresh = (id for id in ids_in(after) if id not in old and id.startswith(letter))
    return next(fresh, "")


def _new_option(before: Draft, after: Draft, id: str, kind: str) -> str:
    old = dicts((editing.question_in(before, id) or {}).get(kind))
    new = dicts((editing.question_in(after, id) or {}).get(kind))
    fresh = (one["id"] for one in new if not _has(old, one["id"]))
    option = next(fresh, "")
    return f"{kind}-{option}" if option else f"add-{kind}"


def _has(listed: list[Json], id: str) -> bool:
    return any(one.get("id") == id for one in listed)


def _type(name: str) -> Type:
    return Type(name) if name in set(Type) else Type.LONG_TEXT


_ORDERS: Mapping[str, Callable[[Order], Done]] = {
    "add_page": _add_page,
    "add_question": _add_question,
    "move_up": _move_up,
    "move_down": _move_down,
    "duplicate": _duplicate,
    "delete": _delete,
    "put_back": _put_back,
    "question": _question,
    "page": _page,
    "whole": _whole,
    "add_language": _add_language,
    "say": _say,
    "says": _says,
    "quotas": _quotas,
}
