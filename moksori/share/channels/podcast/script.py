"""The script of a weekly podcast: sentences to be read aloud, one a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from moksori.base.web.text import is_korean, with_particles
from moksori.share.channels.podcast import english, korean
from moksori.share.channels.shaping import quoted
from moksori.share.sections.blocks import Block, Line, Part, Quote, Todo

_MASK = re.compile(r"\[([^\[\]\n]{2,20})\]")
_SIGNS = re.compile(r"[▲▼●◆★☆→⋯…]+")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+")
_ADDRESS = re.compile(r"https?://\S+")
_DOTS = re.compile(r"\s*·\s*")
_BLANKS = re.compile(r"[ \t]+")


def script(title: str, basis: str, parts: Iterable[Part]) -> str:
    """Greeting, what changed, customers' words, what to do, on what it stands.

    In the active language. An empty line is a pause. Masks are read as “a hidden
    phone number”, signs and addresses are left out.
    """
    lines = [_("Hello. This is the voice of our customers."), _sentence(title), ""]
    for part in parts:
        if part.heading:
            lines.append(_sentence(part.heading))
        for block in part.blocks:
            lines += [_sentence(each) for each in _said(block) if each.strip()]
        lines.append("")
    if basis:
        lines += [_sentence(basis), ""]
    lines.append(_("That was the voice of our customers. Thank you for listening."))
    return "\n".join(lines).strip() + "\n"


def aloud(text: str) -> str:
    """A text as a voice reads it."""
    text = _ADDRESS.sub("", text)
    text = _MASK.sub(lambda found: _("a hidden %(what)s") % {"what": found[1]}, text)
    text = _EMOJI.sub("", _SIGNS.sub(" ", text))
    text = _DOTS.sub(", ", text)
    # Numbers first: they know what “(수)” behind a day means.
    text = korean.spoken(text) if is_korean() else english.spoken(text)
    text = text.replace("(", ", ").replace(")", " ").replace("<", " ").replace(">", " ")
    text = re.sub(r"\s+([,.!?:])", r"\1", _BLANKS.sub(" ", text))
    text = re.sub(r",(?:\s*,)+", ",", text)
    return with_particles(re.sub(r",\s*\.", ".", text)).strip(" ,")


def _said(block: Block) -> Iterator[str]:
    if isinstance(block, Quote):
        yield _("A customer said:")
        yield f"“{quoted(block)}”"
        if block.translation:
            yield _("Translated by machine: {words}").format(words=block.translation)
        return
    if isinstance(block, Line):
        yield f"{block.title}, {block.change}" if block.change else block.title
    elif isinstance(block, Todo):
        yield block.title
    else:
        yield block.text
    yield block.note


def _sentence(text: str) -> str:
    """Each ends with a full stop, so that a voice knows where to breathe."""
    said = aloud(" ".join(text.split()))
    return said if said.endswith((".", "!", "?", "”", ":")) else f"{said}."
