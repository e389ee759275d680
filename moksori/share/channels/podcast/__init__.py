"""A weekly podcast: the script as text, for a person or a speech program to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from moksori.base.people.roles import Ability
from moksori.share.channels.channel import Field
from moksori.share.channels.latest import latest
from moksori.share.channels.outlet import Asked, Page
from moksori.share.channels.podcast.script import script


class PodcastOutlet:
    title = gettext_lazy("Podcast script")
    note = gettext_lazy("What is new as sentences to be read aloud, numbers in words.")
    ability = Ability.SHARE
    forms: Mapping[str, Any] = {"txt": gettext_lazy("Script as text")}
    fields: tuple[Field, ...] = ()

    def problems(self, given: Mapping[str, str]) -> dict[str, str]:
        return {}

    def answer(self, asked: Asked) -> Page:
        told = latest(asked.outlet)
        figures = [
            f"{one.title}: {one.value}. {one.basis}."
            for one in told.figures
            if one.estimate is not None
        ]
        basis = " ".join([*figures, told.brief.basis])
        text = script(told.brief.title, basis, told.brief.parts)
        return Page(text.encode(), "text/plain; charset=utf-8")


outlet = PodcastOutlet()
