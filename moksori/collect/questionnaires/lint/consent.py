"""Consents: each purpose by itself, free to refuse, and asked where it is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import Questionnaire, Type
from moksori.collect.questionnaires.lint.notes import Note, Rule, Severity
from moksori.collect.questionnaires.reading import every
from moksori.collect.tables.messages import Message

_CONTACTS = frozenset({Type.EMAIL, Type.PHONE})
# A service may be refused to nobody because they refuse these.
_FREE = frozenset({"marketing", "third_party"})
PURPOSES: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "en": tuple(
        re.compile(one, re.IGNORECASE)
        for one in (
            r"\bmarketing|\badvert|\bpromotion|\bnewsletter|\boffers?\b",
            r"\bthird part|\bpartners?\b|\bpassed on\b|\bshared? with\b",
            r"\bcontact(?:ed)?\b|\bcall(?:ed)? (?:you|me)\b",
            r"\bpublish|\bquoted?\b|\btestimonial",
            r"\bprofil(?:e|ing)\b|\bresearch\b|\banaly[sz]",
        )
    ),
    "ko": tuple(
        re.compile(one)
        for one in (
            r"마케팅|광고|홍보|소식지|혜택 안내",
            r"제\s?3자|제휴사|협력사|외부 제공",
            r"연락|전화를? 드",
            r"게시|인용|공개",
            r"프로파일|연구|분석|통계",
        )
    ),
}


def consents(whole: Questionnaire, language: str) -> Iterator[Note]:
    patterns = PURPOSES.get(language.partition("-")[0], ())
    has_consent = False
    for path, question in every(whole):
        if question.type != Type.CONSENT:
            continue
        has_consent = True
        text = question.text.get(language, "")
        found = [one.group() for p in patterns if (one := p.search(text))]
        if len(found) > 1:
            why = Message(
                _("One tick for several purposes ({found}): such a consent does not "
                  "count for any of them."), {"found": ", ".join(found)},
            )  # fmt: skip
            better = Message(_("Ask for each purpose in a consent of its own."))
            yield Note(f"{path}.text", Rule.BUNDLED_CONSENT, why, better,
                       Severity.SERIOUS, text)  # fmt: skip
        is_free = question.purpose in _FREE or any(p.search(text) for p in patterns[:2])
        if question.is_required and is_free:
            why = Message(_("Who has to agree to get on does not agree freely."))
            better = Message(_("Let it be left out."))
            yield Note(f"{path}.required", Rule.FORCED_CONSENT, why, better,
                       Severity.SERIOUS)  # fmt: skip
    if not has_consent:
        yield from _contacts(whole)


def _contacts(whole: Questionnaire) -> Iterator[Note]:
    for path, question in every(whole):
        if question.type in _CONTACTS:
            why = Message(_("An address is asked for, and nobody is told what for."))
            better = Message(
                _("Ask for consent to be contacted first, and for the address only of "
                  "those who gave it.")
            )  # fmt: skip
            yield Note(f"{path}.text", Rule.CONTACT_WITHOUT_CONSENT, why, better)
