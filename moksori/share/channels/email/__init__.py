"""An edition as a letter: HTML and its plain twin, with the headers mail wants."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from mjml import mjml2html

from moksori.share.channels.email import links
from moksori.share.channels.shaping import shaped
from moksori.share.models import Depth, Edition, Reach
from moksori.share.sections.blocks import Content


@dataclass(frozen=True, slots=True)
class Letter:
    """What is handed to the mail server. Headers come on top of From, To, Subject."""

    subject: str
    html: str
    text: str
    headers: dict[str, str]


def letter(edition: Edition, depth: str = Depth.NORMAL) -> Letter:
    """The edition as it goes out, in the language in which it was composed."""
    content = shaped(Content.from_json(edition.content), depth)
    with translation.override(edition.language):
        facts = {
            "content": content,
            "edition": edition,
            "member": edition.member,
            "link": _links(edition),
            "base": settings.MOKSORI_BASE_URL,
        }
        text = render_to_string("share/mail/edition.txt", facts)
        return Letter(
            subject=" ".join(content.subject.split()),
            html=as_mail_html(render_to_string("share/mail/edition.mjml", facts)),
            text=_tidy(text),
            headers=_headers(edition),
        )


def as_mail_html(mjml: str) -> str:
    """HTML that mail programs understand: tables, styles inline, at-rules kept."""
    inliner = css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
    )
    return str(inliner.inline(mjml2html(mjml)))


def _links(edition: Edition) -> dict[str, str]:
    return {
        "web": links.absolute(reverse("share:edition", args=[edition.pk])),
        "remit": links.absolute(reverse("share:remit")),
        "useful": links.mark(edition, Reach.Kind.USEFUL),
        "done": links.mark(edition, Reach.Kind.DONE),
        "read": links.mark(edition, Reach.Kind.READ),
        "not_mine": links.mark(edition, Reach.Kind.NOT_MINE),
        "unsubscribe": links.unsubscribe(edition),
    }


def _headers(edition: Edition) -> dict[str, str]:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return {
        # The same edition always has the same id, so that a mail program shows it once
        # even when a server took it twice.
        "Message-ID": f"<edition.{edition.token}@{domain or 'localhost'}>",
        "List-Unsubscribe": f"<{links.unsubscribe(edition)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Content-Language": edition.language,
    }


def _tidy(text: str) -> str:
    """At most one empty line in a row; templates leave many."""
    lines: list[str] = []
    for line in (raw.rstrip() for raw in text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip() + "\n"
