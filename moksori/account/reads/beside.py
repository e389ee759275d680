"""What an effect is compared with, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.account.models import Effect
from moksori.account.reads.methods import among


def compared(effect: Effect) -> str:
    """With how many of what, over how long, and what was left out."""
    if not effect.controls or not effect.has_enough:
        return ""
    words = _beside(effect) % {
        "n": effect.controls,
        "before": effect.weeks_before,
        "after": effect.weeks_after,
    }
    return " ".join([words, *_left_out(effect)])


def _beside(effect: Effect) -> str:
    if effect.numbers.get("places"):
        return ngettext(
            "Compared with %(n)s group of places where nobody acted, %(before)s weeks "
            "before and %(after)s weeks after the start.",
            "Compared with %(n)s groups of places where nobody acted, %(before)s weeks "
            "before and %(after)s weeks after the start.",
            effect.controls,
        )
    if among(effect) == "region":
        return ngettext(
            "Compared with %(n)s region where nobody acted, %(before)s weeks before "
            "and %(after)s weeks after the start.",
            "Compared with %(n)s regions where nobody acted, %(before)s weeks before "
            "and %(after)s weeks after the start.",
            effect.controls,
        )
    if among(effect) == "product":
        return ngettext(
            "Compared with %(n)s product that nobody acted on, %(before)s weeks "
            "before and %(after)s weeks after the start.",
            "Compared with %(n)s products that nobody acted on, %(before)s weeks "
            "before and %(after)s weeks after the start.",
            effect.controls,
        )
    return ngettext(
        "Compared with %(n)s theme that nobody acted on, %(before)s weeks before and "
        "%(after)s weeks after the start.",
        "Compared with %(n)s themes that nobody acted on, %(before)s weeks before and "
        "%(after)s weeks after the start.",
        effect.controls,
    )


def _left_out(effect: Effect) -> list[str]:
    too_small = int(effect.numbers.get("too_small") or 0)
    if among(effect) != "theme":
        return _left_out_places(effect, too_small)
    found = []
    if effect.touched:
        found.append(
            ngettext(
                "%(n)s theme was left out because somebody acted on it, too.",
                "%(n)s themes were left out because somebody acted on them, too.",
                effect.touched,
            )
            % {"n": effect.touched}
        )
    if too_small:
        found.append(
            ngettext(
                "%(n)s theme with too little feedback was left out.",
                "%(n)s themes with too little feedback were left out.",
                too_small,
            )
            % {"n": too_small}
        )
    return found


def _left_out_places(effect: Effect, too_small: int) -> list[str]:
    found = []
    joined = int(effect.numbers.get("places") or 0)
    if joined:
        found.append(
            _(
                "%(n)s small untouched places were joined until each group was "
                "large enough to compare."
            )
            % {"n": joined}
        )
    if effect.touched:
        found.append(
            ngettext(
                "%(n)s place was left out because another action reached it.",
                "%(n)s places were left out because other actions reached them.",
                effect.touched,
            )
            % {"n": effect.touched}
        )
    if too_small:
        found.append(
            ngettext(
                "%(n)s place was left out, for it was silent for a month.",
                "%(n)s places were left out, for they were silent for a month.",
                too_small,
            )
            % {"n": too_small}
        )
    return found


def as_strong(effect: Effect) -> str:
    """How many untouched ones moved as strongly the way that was hoped for."""
    falls = effect.placebo.get("falls") or []
    own = effect.placebo.get("own_fall")
    way = -1 if effect.is_of_scores else 1
    if not falls or own is None or own * way >= 0:
        return ""
    k = sum(fall * way <= own * way for fall in falls)
    none, some = _ways(effect)
    return (some if k else none) % {"n": len(falls), "k": k}


def _ways(effect: Effect) -> tuple[str, str]:
    """The sentences for none, and for some, that moved as strongly."""
    if effect.chosen.get("method") == "staggered":
        return (
            _(
                "Of %(n)s times that the starts were dealt out at random, none changed "
                "as strongly."
            ),
            _(
                "Of %(n)s times that the starts were dealt out at random, %(k)s "
                "changed as strongly."
            ),
        )
    if among(effect) == "theme":
        return (
            _("Of %(n)s untouched themes, none fell as strongly in the same weeks."),
            _("Of %(n)s untouched themes, %(k)s fell as strongly in the same weeks."),
        )
    return (
        _("Of %(n)s untouched places, none changed as strongly in the same weeks."),
        _("Of %(n)s untouched places, %(k)s changed as strongly in the same weeks."),
    )
