"""Which question to mend, judged by its numbers against plain limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from moksori.analysis.estimate import Estimate
from moksori.analysis.surveys.questions import ENOUGH, Fault, Health, Pair, Verdict
from moksori.analysis.surveys.reliability import Reliability

AT_THE_END = 0.6
SKIPPED = 0.15
NOT_APPLICABLE = 0.25
ALIKE = 0.8
LEAVING = 0.05
SILENT = 0.2
EMPTY_WORDS = 0.5
WEAK = 0.3
AGAINST = -0.1
TOGETHER = 0.6
SLOW = 3.0
FEWEST_LETTERS = 10


def verdicts(
    health: Health,
    *,
    pairs: Sequence[Pair],
    batteries: dict[str, Reliability],
    usual: float | None,
) -> tuple[Verdict, ...]:
    """What to mend about one question, worst first.

    A share is called too large or too small when its whole interval lies beyond the
    limit. `usual` is the median time of a question in seconds.
    """
    if not health.is_judged:
        return ()
    found = [
        *_ends(health),
        *_missing(health),
        *_among_others(health, pairs, batteries),
        *_effort(health, usual),
        *_words(health),
    ]
    if any(one.fault in {Fault.CEILING, Fault.FLOOR} for one in found):
        # What hardly differs cannot go together with anything; that is not its fault.
        found = [one for one in found if one.fault is not Fault.APART]
    return tuple(sorted(found, key=lambda one: -one.weight))


def _ends(health: Health) -> Iterator[Verdict]:
    for fault, share in ((Fault.CEILING, health.top), (Fault.FLOOR, health.bottom)):
        if share is not None and share.n >= ENOUGH and share.low > AT_THE_END:
            yield Verdict(fault, share.value, {"share": share.value})


def _missing(health: Health) -> Iterator[Verdict]:
    skipped, apart = health.skipped, health.not_applicable
    if skipped is not None and not health.question.is_open and skipped.low > SKIPPED:
        yield Verdict(Fault.SKIPPED, skipped.value, {"share": skipped.value})
    if apart is not None and apart.low > NOT_APPLICABLE:
        yield Verdict(Fault.NOT_APPLICABLE, apart.value, {"share": apart.value})
    if health.leaving is not None and health.leaving.low > LEAVING:
        yield Verdict(
            Fault.LEAVING, health.leaving.value, {"share": health.leaving.value}
        )


def _among_others(
    health: Health, pairs: Sequence[Pair], batteries: dict[str, Reliability]
) -> Iterator[Verdict]:
    """Against its block, and against the question that it is most like.

    Of two that are alike, the later one is the one to spare. A question is only said
    not to belong where the others do belong together.
    """
    twins = [one for one in pairs if one.other == health.question.key]
    if twins:
        twin = max(twins, key=lambda one: one.tie.value)
        tie = twin.tie.value
        yield Verdict(Fault.ALIKE, tie - ALIKE + 0.5, {"tie": tie}, twin.one)
    item, block = health.item, batteries.get(health.question.battery)
    if item is None or block is None or len(block.items) < 3:
        return
    if item.rest.high < AGAINST:
        yield Verdict(Fault.TURNED, 0.9, {"tie": item.rest.value})
        return
    without = item.alpha_without or 0.0
    if item.rest.high < WEAK and without > max(block.alpha.value, TOGETHER):
        numbers = {"tie": item.rest.value, "alpha": without}
        yield Verdict(Fault.APART, 0.3, numbers)


def _effort(health: Health, usual: float | None) -> Iterator[Verdict]:
    if health.seconds is None or not usual or health.question.is_open:
        return
    if health.seconds > SLOW * usual:
        times = health.seconds / usual
        yield Verdict(
            Fault.SLOW, min(times / 20, 0.5), {"times": times, "s": health.seconds}
        )


def _words(health: Health) -> Iterator[Verdict]:
    if not health.question.is_open:
        return
    if health.answered is not None and health.answered.high < SILENT:
        share = health.answered.value
        yield Verdict(Fault.SILENT, 1 - share - 0.5, {"share": share})
    if _is_below(health.heard, EMPTY_WORDS):
        share = health.heard.value if health.heard else 0.0
        yield Verdict(Fault.EMPTY_WORDS, 0.4, {"share": share})


def _is_below(share: Estimate | None, limit: float) -> bool:
    return share is not None and share.n >= ENOUGH and share.high < limit
