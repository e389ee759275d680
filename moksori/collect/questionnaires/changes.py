"""What changed between two questionnaires, and whether answers still compare."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from moksori.collect.questionnaires.definition import (
    Option,
    Page,
    Question,
    Questionnaire,
)
from moksori.collect.questionnaires.words import NOTHING, Words


class What(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REWORDED = "reworded"
    RETYPED = "retyped"
    RESCALED = "rescaled"
    RULED = "ruled"  # its conditions changed
    SET = "set"  # some other setting


class Of(StrEnum):
    WHOLE = "whole"
    PAGE = "page"
    QUESTION = "question"
    OPTION = "option"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` and `after` are words or values, empty where none is.

    `breaks` says that answers before and after cannot be read as one row of numbers.
    """

    what: What
    of: Of
    id: str
    field: str = ""
    language: str = ""
    before: str = ""
    after: str = ""
    breaks: bool = False
    question: str = ""  # of an option or row
    is_same: bool = False  # its author said: other words, the same question

    @property
    def about(self) -> str:
        """The question that it is about, itself or by an answer; "" for none."""
        if self.of in (Of.OPTION, Of.ROW):
            return self.question
        return self.id if self.of == Of.QUESTION else ""


def changes(before: Questionnaire, after: Questionnaire) -> tuple[Change, ...]:
    """Every difference, in the order of the newer questionnaire."""
    return tuple(_changes(before, after))


def reworded(found: Iterable[Change]) -> tuple[str, ...]:
    """Questions that stopped to compare by their words alone, in order.

    Only of these can an author say that they are the same: another scale or another
    answer to choose from is another question, whatever anybody says.
    """
    whats: dict[str, set[What]] = {}
    for change in found:
        if change.breaks:
            whats.setdefault(change.about, set()).add(change.what)
    return tuple(id for id, kinds in whats.items() if id and kinds == {What.REWORDED})


def going_on(found: Iterable[Change], same: Collection[str]) -> tuple[Change, ...]:
    """The changes as an author sees them who called these questions the same."""
    every = tuple(found)
    kept = set(same) & set(reworded(every))
    return tuple(
        replace(change, breaks=False, is_same=True)
        if change.breaks and change.about in kept
        else change
        for change in every
    )


def _changes(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    yield from _whole(before, after)
    yield from _pages(before.pages, after.pages)
    old = {one.id: one for one in before.questions()}
    new = {one.id: one for one in after.questions()}
    for id, question in new.items():
        if id not in old:
            yield Change(
                What.ADDED, Of.QUESTION, id, after=_first(question.text, after)
            )
        else:
            yield from _question(old[id], question)
    for id, question in old.items():
        if id not in new:
            text = _first(question.text, before)
            yield Change(What.REMOVED, Of.QUESTION, id, before=text, breaks=True)
    yield from _moved(before, after)


def _whole(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    for name in ("title", "intro", "thanks", "closed"):
        change = Change(What.REWORDED, Of.WHOLE, "", name)
        yield from _words(getattr(before, name), getattr(after, name), change)
    for name in ("languages", "is_random", "may_go_back", "may_resume", "opens_at",
                 "closes_at", "quotas", "variants"):  # fmt: skip
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(What.SET, Of.WHOLE, "", name, "", _shown(old), _shown(new))


def _pages(before: Sequence[Page], after: Sequence[Page]) -> Iterator[Change]:
    old = {page.id: page for page in before}
    new = {page.id: page for page in after}
    yield from (Change(What.ADDED, Of.PAGE, id) for id in new if id not in old)
    yield from (Change(What.REMOVED, Of.PAGE, id) for id in old if id not in new)
    for id, page in new.items():
        if id not in old:
            continue
        change = Change(What.REWORDED, Of.PAGE, id, "title")
        yield from _words(old[id].title, page.title, change)
        is_same = (old[id].show, old[id].go) == (page.show, page.go)
        if not is_same or old[id].loop != page.loop:
            yield Change(What.RULED, Of.PAGE, id)
        if old[id].is_random != page.is_random:
            yield Change(What.SET, Of.PAGE, id, "random")


def _question(old: Question, new: Question) -> Iterator[Change]:
    if old.type != new.type:
        yield Change(What.RETYPED, Of.QUESTION, new.id, "type", "",
                     old.type.value, new.type.value, breaks=True)  # fmt: skip
    for name in ("text", "help", "unit", "low_words", "high_words"):
        breaks = name not in {"help", "unit"}
        change = Change(What.REWORDED, Of.QUESTION, new.id, name, breaks=breaks)
        yield from _words(getattr(old, name), getattr(new, name), change)
    yield from _settings(old, new)
    for kind, of in (("options", Of.OPTION), ("rows", Of.ROW)):
        yield from _options(getattr(old, kind), getattr(new, kind), of, new.id)


def _settings(old: Question, new: Question) -> Iterator[Change]:
    if old.type == new.type and old.scale != new.scale:
        yield Change(What.RESCALED, Of.QUESTION, new.id, "scale", "",
                     _scale(old), _scale(new), breaks=True)  # fmt: skip
    if old.show != new.show:
        yield Change(What.RULED, Of.QUESTION, new.id, breaks=True)
    if old.key != new.key:
        yield Change(What.SET, Of.QUESTION, new.id, "code", "",
                     old.key, new.key, breaks=True)  # fmt: skip
    for name in ("is_required", "may_not_apply", "may_prefer_not", "is_random",
                 "least", "most", "total", "purpose", "default"):  # fmt: skip
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change(What.SET, Of.QUESTION, new.id, name, "",
                         _shown(before), _shown(after))  # fmt: skip


def _options(
    before: Sequence[Option], after: Sequence[Option], of: Of, question: str
) -> Iterator[Change]:
    old = {one.id: one for one in before}
    new = {one.id: one for one in after}
    for id, option in new.items():
        if id not in old:
            text = next(iter(option.text.values()), "")
            yield Change(What.ADDED, of, id, after=text, breaks=True,
                         question=question)  # fmt: skip
            continue
        change = Change(What.REWORDED, of, id, "text", breaks=True, question=question)
        yield from _words(old[id].text, option.text, change)
        flags = [(o.is_exclusive, o.is_other, o.score) for o in (old[id], option)]
        if flags[0] != flags[1] or old[id].show != option.show:
            yield Change(What.RULED, of, id, question=question)
    for id, option in old.items():
        if id not in new:
            text = next(iter(option.text.values()), "")
            yield Change(What.REMOVED, of, id, before=text, breaks=True,
                         question=question)  # fmt: skip


def _moved(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    """Questions that stand elsewhere among those that both have."""
    old_order = [one.id for one in before.questions() if after.question(one.id)]
    new_order = [one.id for one in after.questions() if before.question(one.id)]
    staying = _longest_in_order(old_order, new_order)
    for id in new_order:
        if id not in staying:
            yield Change(What.MOVED, Of.QUESTION, id)


def _longest_in_order(old: Sequence[str], new: Sequence[str]) -> frozenset[str]:
    """The most ids that kept their order, so that the fewest count as moved."""
    place = {id: n for n, id in enumerate(old)}
    best: list[list[str]] = [[]]
    for id in new:
        longest: list[str] = []
        for found in best:
            fits = not found or place[found[-1]] < place[id]
            if fits and len(found) > len(longest):
                longest = found
        best.append([*longest, id])
    kept = max(best, key=len)
    return frozenset(kept)


def _words(old: Words, new: Words, change: Change) -> Iterator[Change]:
    """The change once for each language in which other words stand now."""
    for language in dict.fromkeys((*old, *new)):
        before, after = old.get(language, ""), new.get(language, "")
        if before != after:
            yield replace(
                change,
                language=language,
                before=before,
                after=after,
                # A language that was not there before breaks nothing.
                breaks=change.breaks and bool(before),
            )


def _first(words: Words, whole: Questionnaire) -> str:
    return (words or NOTHING).said(whole.languages[0], otherwise=whole.languages)


def _scale(question: Question) -> str:
    low, high = question.scale
    return f"{low:g}–{high:g}"


def _shown(value: object) -> str:
    if value in (None, (), "", False):
        return ""
    if isinstance(value, tuple):
        return ", ".join(str(getattr(one, "called", one)) for one in value)
    return str(value)
