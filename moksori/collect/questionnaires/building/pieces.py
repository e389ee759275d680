"""The forms of a question, a page and the whole, as fields of the draft."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

from moksori.collect.questionnaires import editing
from moksori.collect.questionnaires.building.conditions import condition_in
from moksori.collect.questionnaires.building.given import Given, number_in
from moksori.collect.questionnaires.definition import Full, Questionnaire, Type
from moksori.collect.questionnaires.drafts import (
    LISTS,
    Draft,
    Json,
    by_language,
    dicts,
    is_id,
    languages_of,
    type_of,
)
from moksori.collect.questionnaires.reading import LONGEST_NAME
from moksori.collect.questionnaires.shapes import fields_of

_WORDS = ("text", "help", "low_words", "high_words", "unit")
_TICKS = ("required", "may_not_apply", "may_prefer_not", "random")
_NUMBERS = ("least", "most", "total")
_PLAIN = ("code", "purpose", "default")
_OPTION_TICKS = ("exclusive", "other", "anchored")


def change_question(draft: Draft, id: str, given: Given, whole: Questionnaire) -> Draft:
    """The question as its form says, in the language that the form speaks."""
    question = editing.question_in(draft, id)
    if question is None:
        return draft
    language = given.text("language", languages_of(draft)[0])
    type = type_of(question)
    fields: Json = {
        **_said(question, given, _WORDS, language, languages_of(draft)[0]),
        **{name: given.has(name) for name in _TICKS},
        **{name: _number_or_text(given, name) for name in _NUMBERS},
        **{name: given.text(name) for name in _PLAIN},
        **{name: _bound(given, name, type) for name in ("low", "high")},
        "show": condition_in(given, "show", whole),
    }
    asked = {name: fields[name] for name in fields if name in fields_of(type)}
    changed = editing.change_question(draft, id, asked)
    for kind in LISTS:
        for option in dicts(question.get(kind)):
            said = _option(option, f"{kind}-{option['id']}", given, draft, language)
            changed = editing.change_option(changed, id, option["id"], said, kind)
    return changed


def add_lines(draft: Draft, id: str, given: Given, used: Any) -> Draft:
    """One option more for each line of a text that was pasted."""
    language = given.text("language", languages_of(draft)[0])
    for line in given.text("lines").splitlines()[:200]:
        if not line.strip():
            continue
        before = {one["id"] for one in _options(draft, id)}
        draft = editing.add_option(draft, id, used=used)
        fresh = [one["id"] for one in _options(draft, id) if one["id"] not in before]
        for option in fresh:
            fields = {"text": {language: line.strip()[:500]}}
            draft = editing.change_option(draft, id, option, fields)
    return draft


def change_page(draft: Draft, id: str, given: Given, whole: Questionnaire) -> Draft:
    page = editing.page_in(draft, id)
    if page is None:
        return draft
    first = languages_of(draft)[0]
    language = given.text("language", first)
    over = given.text("loop-over")
    go = [
        {"when": condition_in(given, f"go-{n}-when", whole)}
        | {"to": given.text(f"go-{n}-to")}
        for n in given.numbered("go")
    ]
    fields: Json = {
        **_said(page, given, ("title",), language, first),
        "random": given.has("random"),
        "show": condition_in(given, "show", whole),
        "loop": {"over": over, "most": given.whole("loop-most", 10)} if over else None,
        "go": [{k: v for k, v in one.items() if v is not None} for one in go],
    }
    return editing.change_page(draft, id, fields)


def change_whole(draft: Draft, given: Given, zone: tzinfo) -> Draft:
    """Title, words around the questions, languages, times, and how it may be walked."""
    first = languages_of(draft)[0]
    language = given.text("language", first)
    languages = [
        one for one in given.text("languages").replace(",", " ").split() if one
    ]
    fields: Json = {
        **_said(draft, given, ("title", "intro", "thanks", "closed"), language, first),
        "languages": list(dict.fromkeys(languages)) or list(languages_of(draft)),
        "random": given.has("random"),
        "back": given.has("back"),
        "resume": given.has("resume"),
        "opens_at": _moment(given.text("opens_at"), zone),
        "closes_at": _moment(given.text("closes_at"), zone),
    }
    changed = editing.change_whole(draft, fields)
    for name in ("back", "resume"):
        if fields[name]:
            changed.pop(name, None)
    return changed


def change_quotas(
    draft: Draft, given: Given, whole: Questionnaire, used: Collection[str] = ()
) -> Draft:
    quotas: list[Json] = []
    for n in given.numbered("quota"):
        at = f"quota-{n}"
        when = condition_in(given, f"{at}-when", whole)
        quotas.append(
            _called(given, at, quotas, partial(free, "quota", quotas, used))
            | {"limit": _number_or_text(given, f"{at}-limit")}
            | ({} if when is None else {"when": when})
            | ({"full": "flag"} if given.text(f"{at}-full") == Full.FLAG else {})
        )
    variants: list[Json] = []
    for n in given.numbered("variant"):
        at = f"variant-{n}"
        variants.append(
            _called(given, at, variants, partial(free, "v", variants, used))
            | {"share": _share(given, f"{at}-share")}
        )
    return editing.change_whole(draft, {"quotas": quotas, "variants": variants})


def _called(
    given: Given, at: str, before: list[Json], fresh: Callable[[], str]
) -> Json:
    """The id as it was, or a new one, and the name that people gave.

    The id stays when the name changes: what was counted is counted under the id.
    """
    id, name = given.text(f"{at}-id"), " ".join(given.text(f"{at}-name").split())
    if not is_id(id) or any(one["id"] == id for one in before):
        id, name = fresh(), name or id
    name = name[:LONGEST_NAME]
    return {"id": id} | ({"name": name} if name and name != id else {})


def free(stem: str, listed: list[Json], used: Collection[str] = ()) -> str:
    """An id with this stem that neither these have nor any version had."""
    taken = {one.get("id") for one in listed} | set(used)
    n = len(listed) + 1
    while f"{stem}{n}" in taken:
        n += 1
    return f"{stem}{n}"


def say_all(draft: Draft, given: Given) -> Draft:
    """Words of many paths and languages at once: fields "say:path:language"."""
    for name in given.fields:
        mark, _colon, rest = name.partition(":")
        path, _colon, language = rest.rpartition(":")
        if mark == "say" and path:
            draft = editing.say(draft, path, language, given.text(name))
    return draft


def _options(draft: Draft, id: str) -> list[Json]:
    return dicts((editing.question_in(draft, id) or {}).get("options"))


def _said(
    thing: Json, given: Given, names: tuple[str, ...], language: str, first: str
) -> Json:
    """Words of the form's language put beside those of the others."""
    found: Json = {}
    for name in names:
        if name in given.fields:
            words = by_language(thing.get(name), first) | {language: given.text(name)}
            found[name] = {one: text for one, text in words.items() if text}
    return found


def _option(
    option: Json, at: str, given: Given, draft: Draft, language: str
) -> Mapping[str, Any]:
    if f"{at}-text" not in given.fields:
        return {}
    words = by_language(option.get("text"), languages_of(draft)[0])
    words |= {language: given.text(f"{at}-text")}
    return {
        "text": {one: text for one, text in words.items() if text},
        **{name: given.has(f"{at}-{name}") for name in _OPTION_TICKS},
        **(
            {"score": given.number(f"{at}-score")}
            if f"{at}-score" in given.fields
            else {}
        ),
    }


def _number_or_text(given: Given, name: str) -> Any:
    """The number; what is none stays as it was written, and is told as a problem."""
    text = given.text(name)
    number = number_in(text)
    return text if number is None else number


def _share(given: Given, name: str) -> Any:
    return _number_or_text(given, name) if given.text(name) else 1


def _bound(given: Given, name: str, type: Type) -> Any:
    return given.text(name) if type == Type.DATE else given.number(name)


def _moment(text: str, zone: tzinfo) -> str | None:
    """A local time of the form as one with its zone; as it is if it is none."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        local = found if found.tzinfo else found.replace(tzinfo=zone)
        return local.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return text[:40]
