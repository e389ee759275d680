"""Where promises of a visit go: a later step says how they are kept.

Collecting knows that something was promised; who looks after it, until when and what
became of it is the business of the step act, which registers here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from moksori.base.people.models import Member
from moksori.collect.field.told import Promised
from moksori.collect.models import Note, Visit

Keep = Callable[[Visit, Sequence[Promised], Member], list[str]]
Tell = Callable[[int, Member], list[str]]
Choose = Callable[[Note, int], None]

_keepers: dict[str, Keep] = {}
_tellers: dict[str, Tell] = {}
_choosers: dict[str, Choose] = {}


def register_promises(name: str, keep: Keep) -> None:
    """`keep(visit, promises, by)` is called in the transaction that stores the visit,
    again with every correction of it; it returns doubts (keys of `rules.DOUBTS`)."""
    _keepers[name] = keep


def keep_promises(visit: Visit, promised: Sequence[Promised], by: Member) -> list[str]:
    return [doubt for keep in _keepers.values() for doubt in keep(visit, promised, by)]


def register_promise_words(name: str, tell: Tell) -> None:
    """`tell(visit_id, by)` says the promises of a visit, a line each."""
    _tellers[name] = tell


def promises_in_words(visit_id: int, *, by: Member) -> list[str]:
    return [line for tell in _tellers.values() for line in tell(visit_id, by)]


def register_choice(name: str, choose: Choose) -> None:
    """`choose(note, feedback_id)` is called when a note goes in whose writer said which
    known theme it is about."""
    _choosers[name] = choose


def choose_theme(note: Note, feedback_id: int) -> None:
    for choose in _choosers.values():
        choose(note, feedback_id)
