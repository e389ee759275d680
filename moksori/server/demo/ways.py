"""What stands around the surveys: people to ask, what waits for a person, ways in.

Every person is invented, their addresses lead nowhere, and nothing of it is sent.
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.people.models import Member, Unit
from moksori.collect import writes as collect
from moksori.collect.asking.table import Person
from moksori.collect.models import Channel, Contact, Feedback, Invitation, Survey
from moksori.collect.reader import FileOptions
from moksori.collect.reads.feedback import FeedbackFilters
from moksori.collect.tables.mapping import mapping_from
from moksori.collect.writes.contacts import take_contacts
from moksori.collect.writes.invitations import Asking, invite
from moksori.collect.writes.opt_outs import opt_out_for
from moksori.collect.writes.review import put_up
from moksori.collect.writes.searches import save_search
from moksori.collect.writes.streams import connect, pause_stream

# Invented: nobody has mail at example.com, and no phone number begins with 010-0000.
NAMES = ("강보름", "구슬아", "나예솔", "도한결", "문가온", "박하람", "서라온", "송아라",
         "유다솜", "윤슬기", "장미르", "조은별", "진나래", "하늘찬")  # fmt: skip
BY_PHONE = 2  # the last ones gave a phone number only
STOPPED = 2  # the first ones want no letters
AGO = timedelta(days=3)


def ask_people(
    visit: Survey, yearly: Survey, *, unit: Unit, by: Member
) -> tuple[int, int]:
    """Contacts and invitations; how many were asked and how many left out."""
    people = [_person(number, name) for number, name in enumerate(NAMES, 1)]
    taken = take_contacts(
        people, unit=unit, into=_("Visitors who agreed (example)"), by=by
    )
    contacts = list(Contact.objects.filter(pk__in=taken.contacts).order_by("pk"))
    for contact in contacts[:STOPPED]:
        opt_out_for(contact, by=by)
    found = [invite(visit, contacts, Asking(), by=by)]
    _as_if_sent(visit)
    # Whoever was asked this week is left out by the rules of the whole company.
    found.append(invite(yearly, contacts, Asking(), by=by))
    _as_if_sent(yearly)
    asked = sum(len(one.queued) for one in found)
    return asked, sum(one.skipped.total() for one in found)


def _person(number: int, name: str) -> Person:
    has_mail = number <= len(NAMES) - BY_PHONE
    return Person(
        number,
        email=f"visitor{number:02}@example.com" if has_mail else "",
        phone="" if has_mail else f"+821000000{number:03}",
        name=f"{name}(예시)",
        language="ko",
        attributes={"관람": "연 3~6회" if number % 3 else "연 7회 이상"},
    )


def _as_if_sent(survey: Survey) -> None:
    """As after a mail server took them: this installation writes to nobody, ever."""
    at = timezone.now() - AGO
    Invitation.objects.filter(survey=survey).update(
        state=Invitation.State.SENT, asked_at=at, sent_at=at, expires_at=timezone.now()
    )


def put_to_decide(*, unit: Unit, by: Member) -> int:
    """A small import of which one row is refused and one may be a repetition."""
    rows = Feedback.objects.filter(unit=unit, source__kind="survey", language="ko")
    said = [row for row in rows.order_by("-occurred_at")[:60] if len(row.text) >= 24]
    if not said:
        return 0
    batch = collect.stage_file(
        _letters(said[0]),
        name="고객의 소리(예시).csv",
        source=collect.source_for(
            _("Customer letters (example)"), unit=unit, channel=Channel.POST, by=by
        ),
        by=by,
    )
    meaning = {"external_id": "no", "date": "date", "texts": ["letter"]}
    collect.read_differently(
        batch, options=FileOptions(), mapping=mapping_from(meaning), by=by
    )
    collect.start_import(batch, by=by)
    collect.run_import(batch.pk)  # what it refuses waits for a person by itself
    later = Feedback.objects.get(source=batch.source, external_id="L-3")
    put_up(
        "duplicate",
        unit,
        key=f"{said[0].pk}-{later.pk}",
        evidence={"feedback": [said[0].pk, later.pk]},
        about=later,
    )
    return 2


def _letters(repeated: Feedback) -> io.BytesIO:
    day = timezone.localdate(repeated.occurred_at)
    parking = "주차장 나오는 데 삼십 분 걸렸어요. 안내해 주는 분도 없었습니다."
    app = "앱 글씨가 작아서 부모님은 예매를 못 하세요. 고쳐 주세요."
    rows = [
        ("L-1", day - timedelta(days=9), parking),
        (
            "L-2",
            day - timedelta(days=5),
            "직원분이 자리를 안내해 주셨어요. 감사합니다.",
        ),
        ("L-3", day, repeated.text),
        ("L-4", "지난주 토요일", "매점 줄이 너무 길어서 영화 앞부분을 놓쳤어요."),
        ("L-5", day - timedelta(days=2), app),
    ]
    text = io.StringIO()
    csv.writer(text).writerows([("no", "date", "letter"), *rows])
    return io.BytesIO(text.getvalue().encode())


def open_ways(*, unit: Unit, by: Member) -> None:
    """A connection, paused at once so that nobody's server is asked, and a search."""
    stream = connect(
        "rss",
        unit=unit,
        given={"address": "https://example.com/board/feed.xml"},
        name=_("Notice board (example, paused)"),
        by=by,
    )
    pause_stream(stream, by=by)
    save_search(_("Low scores (example)"), FeedbackFilters(score="low"), by=by)
