"""What the pages of drivers and of questions say: stable keys in, sentences out."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from moksori.analysis.drivers.predictors import LeftOut, Reason, Why
from moksori.analysis.drivers.quadrants import Quadrant
from moksori.analysis.surveys.questions import Fault, Health, Verdict
from moksori.base.web import text
from moksori.understand.reads.driver_rows import DETRACTOR, LEFT, PROMOTER

# What the analysis says in English, gathered for the translators.
SAID_BY_ANALYSIS = (
    gettext_noop("Shapley parts of R² (LMG), bootstrap interval"),
    gettext_noop("Johnson's relative weights, bootstrap interval"),
    gettext_noop("General dominance on McFadden R², bootstrap interval"),
    gettext_noop(
        "General dominance on McFadden R², sampled orders, bootstrap interval"
    ),
    gettext_noop(
        "Associated, not caused: those who speak of it may differ in other ways too."
    ),
    gettext_noop("Difference of two means, large-sample interval"),
    gettext_noop("Cronbach's alpha, Feldt's interval"),
    gettext_noop(
        "McDonald's omega of one factor (maximum likelihood), bootstrap interval"
    ),
    gettext_noop("Correlation, Fisher's interval"),
    gettext_noop("The questions measure one thing."),
)


def outcome_name(key: str) -> str:
    """What is explained, as a chip says it."""
    names = {
        PROMOTER: _("gave 9 or 10"),
        DETRACTOR: _("gave 6 or less"),
        LEFT: _("left since"),
    }
    return names.get(key, _("the score"))


def item_outcome_name(form: str, label: str) -> str:
    if form == "promoter":
        return _("9 or 10: %(question)s") % {"question": label}
    if form == "detractor":
        return _("6 or less: %(question)s") % {"question": label}
    if form == "yes":
        return _("Yes or no: %(attribute)s") % {"attribute": label}
    return label


def quadrant_name(key: Quadrant) -> str:
    return {
        Quadrant.MEND: pgettext("quadrant", "Mend first"),
        Quadrant.KEEP: pgettext("quadrant", "Keep it up"),
        Quadrant.WATCH: pgettext("quadrant", "Watch"),
        Quadrant.LEAVE: pgettext("quadrant", "Good enough"),
    }[key]


def why_none(reason: Reason | None) -> str:
    """Why there are no drivers."""
    return {
        Reason.FEW_ROWS: _("Too few have answered to say what drives the score."),
        Reason.CONSTANT_OUTCOME: _("All gave the same answer: nothing can drive it."),
        Reason.NO_PREDICTOR: _("No theme or item differs enough to drive anything."),
    }.get(reason or Reason.NO_PREDICTOR, "")


def why_left_out(one: LeftOut) -> str:
    """Why a driver could not take part."""
    if one.why == Why.MISSING:
        return _("more than half of the people gave no answer")
    if one.why == Why.CONSTANT:
        return _("all gave the same answer")
    return _("says the same as “%(other)s”") % {"other": one.like}


def advice(verdict: Verdict, *, other: str = "") -> str:
    """What is wrong, and how to mend it, in a sentence or two."""
    numbers = verdict.numbers
    share = text.share(numbers.get("share", 0.0), 0)
    sentences = {
        Fault.CEILING: _(
            "%(share)s tick the top: it tells hardly anybody apart. "
            "Ask about something harder, or offer more steps."
        ),
        Fault.FLOOR: _(
            "%(share)s tick the bottom: it tells hardly anybody apart. "
            "Ask what exactly is wrong, or offer more steps."
        ),
        Fault.SKIPPED: _(
            "%(share)s of those who saw it left it empty. "
            "Say why you ask, make it plainer, or drop it."
        ),
        Fault.NOT_APPLICABLE: _(
            "It does not apply to %(share)s. Ask it only of those whom it concerns."
        ),
        Fault.LEAVING: _(
            "%(share)s of those who came this far give up here. "
            "Move it to the end, or shorten what comes before."
        ),
        Fault.ALIKE: _(
            "The answers are nearly those to “%(other)s” (r %(tie)s). "
            "One of the two is enough."
        ),
        Fault.TURNED: _(
            "It runs against its block (r %(tie)s): high seems to mean bad here. "
            "Turn the wording round, or turn the answers before adding up."
        ),
        Fault.APART: _(
            "It hardly belongs to its block (r %(tie)s); without it the block "
            "holds together better. Ask it apart, or drop it."
        ),
        Fault.SLOW: _(
            "It takes %(times)s times as long as other questions. "
            "Split it, or say it more shortly."
        ),
        Fault.SILENT: _(
            "Only %(share)s write anything. Ask right after the score, "
            "and more exactly: “What should we do better?”"
        ),
        Fault.EMPTY_WORDS: _(
            "Only %(share)s of the answers name something. "
            "Ask for an example: “What happened last time?”"
        ),
    }
    return sentences[verdict.fault] % {
        "share": share,
        "other": other,
        "tie": text.number(numbers.get("tie", 0.0), 2),
        "times": text.number(numbers.get("times", 0.0), 1),
    }


def fault_name(fault: Fault) -> str:
    """Two or three words, for the list and for the API."""
    return {
        Fault.CEILING: pgettext("fault", "nearly all at the top"),
        Fault.FLOOR: pgettext("fault", "nearly all at the bottom"),
        Fault.SKIPPED: pgettext("fault", "often left empty"),
        Fault.NOT_APPLICABLE: pgettext("fault", "often does not apply"),
        Fault.LEAVING: pgettext("fault", "people give up here"),
        Fault.ALIKE: pgettext("fault", "asked twice"),
        Fault.TURNED: pgettext("fault", "runs the other way"),
        Fault.APART: pgettext("fault", "does not belong"),
        Fault.SLOW: pgettext("fault", "takes long"),
        Fault.SILENT: pgettext("fault", "hardly anybody writes"),
        Fault.EMPTY_WORDS: pgettext("fault", "answers say little"),
    }[fault]


def no_fault(health: Health) -> str:
    if not health.is_judged:
        return _("Fewer than 30 people saw it: too few to judge.")
    return _("Nothing to mend.")
