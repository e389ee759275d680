"""One of every kind of thing that an address can name, all inside `team.ours`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from moksori.account.models import Effect, Watch
from moksori.act.models import (
    Absence,
    Action,
    Case,
    CaseLetter,
    CaseRule,
    Comment,
    Health,
    HealthScore,
    Macro,
    Promise,
    ReplyTemplate,
)
from moksori.base.customers.models import Account, Customer
from moksori.base.jobs.models import Schedule
from moksori.base.people.models import ApiKey, Assignment
from moksori.base.sealed import seal
from moksori.collect.models import (
    Address,
    Attachment,
    Batch,
    Contact,
    Device,
    Export,
    Filled,
    Guide,
    GuideVersion,
    Handover,
    Hook,
    HookMessage,
    Inlet,
    Invitation,
    Mailbox,
    Printing,
    RawMail,
    Response,
    SavedSearch,
    Scan,
    ScanBatch,
    ScanFile,
    Stream,
    Upload,
    Visit,
    VisitPlan,
)
from moksori.collect.paper.recipients import Recipient
from moksori.collect.tests.makers import make_feedback, make_source
from moksori.collect.tests.surveys import SHORT, make_survey
from moksori.collect.writes import mail_files
from moksori.collect.writes.printing import Order, print_sheets
from moksori.collect.writes.review import put_up
from moksori.share.models import Carrier, Delivery, Edition, Mail, Outlet, Way
from moksori.share.sections.blocks import Content
from moksori.understand.models import (
    Alarm,
    Correction,
    Emerging,
    PainPoint,
    SavedView,
    Segment,
    SegmentSearch,
    Theme,
)
from moksori.understand.tests.makers import make_mention


def make_things(team: Any, canary: str) -> dict[str, object]:
    """Converter name → id of a thing in `ours`, its texts carrying the canary."""
    now = timezone.now()
    source = make_source(team.ours, f"{canary} reviews")
    batch = Batch.objects.create(
        source=source, member=team.ada, file_name=f"{canary}.csv", state="done"
    )
    feedback = make_feedback(
        f"{canary} 배송이 늦었어요", source=source, batch=batch, product=team.product
    )
    theme = Theme.objects.create(
        unit=team.ours,
        name_ko=f"{canary} 배송",
        name_en=f"{canary} delivery",
        center=np.eye(1, 256, dtype=np.float32).tobytes(),
        born_at=now,
    )
    mention = make_mention(feedback, theme)
    correction = Correction.objects.create(
        unit=team.ours,
        theme=theme,
        kind="move",
        said={"group": None},
        before={"parent": None},
        by=team.ada,
        at=now,
    )
    emerging = Emerging.objects.create(
        unit=team.ours,
        name_ko=f"{canary} 과열",
        center=np.eye(1, 256, dtype=np.float32).tobytes(),
        radius=0.3,
        first_day=timezone.localdate(),
        last_day=timezone.localdate(),
        mentions=1,
        feedback=1,
        near=[feedback.pk * 1000],
        found_at=now,
        seen_at=now,
    )
    pain = PainPoint.objects.create(unit=team.ours, theme=theme, detected_at=now)
    case = Case.objects.create(
        feedback=feedback,
        unit=team.ours,
        owner=team.vic,
        due=date(2030, 1, 1),
        why=canary,
        opened_by=team.vic,
    )
    action = Action.objects.create(
        pain_point=pain,
        unit=team.ours,
        title=f"{canary} pack better",
        start_on=timezone.localdate() - timedelta(days=60),
        expected_change=-2,
        owner=team.pia,
        planned_by=team.pia,
    )
    comment = Comment.objects.create(case=case, member=team.vic, text=canary)
    view = SavedView.objects.create(
        member=team.ada, page="pain_points", name=canary, query=""
    )
    key = ApiKey.objects.create(
        member=team.ada,
        name=canary,
        start="moksori_abc",
        digest="0" * 64,
        expires_at=now + timedelta(days=1),
    )
    today = timezone.localdate()
    effect = Effect.objects.create(
        action=action, unit=team.ours, verdict="not_proven", reason="within_chance"
    )
    watch = Watch.objects.create(
        pain_point=pain, unit=team.ours, resolved_on=today, started_on=today
    )
    alarm = Alarm.objects.create(
        unit=team.ours,
        theme=theme,
        direction=1,
        first_week=today,
        last_week=today,
        chance=1e-6,
        level=1e-5,
        method="Farrington, improved by Noufaily et al. 2013",
        found_at=now,
    )
    edition = Edition.objects.create(
        member=team.ada,
        since=today,
        until=today,
        content=Content(canary, canary, canary, canary).as_json(),
        token="a-token",
    )
    mail = Mail.objects.create(
        member=team.ada,
        edition=edition,
        to=team.ada.email,
        subject=canary,
        html=f"<p>{canary}</p>",
        text=canary,
    )
    job = DBTaskResult.objects.create(
        task_path="moksori.understand.jobs.refresh_facts",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after=now,
    )
    schedule = Schedule.objects.create(
        name="sweep",
        task_path="moksori.understand.jobs.refresh_facts",
        rhythm="weekly mon 04:00",
        next_run=now + timedelta(days=1),
    )
    account, customer = _customers(team, canary)
    segment = _segment(team, theme, canary)
    stream = Stream.objects.create(
        unit=team.ours,
        source=make_source(team.ours, f"{canary} feed"),
        kind="rss",
        key="2" * 64,
        given={"address": f"https://{canary}.example/feed"},
        since=now,
    )
    mailbox = Mailbox.objects.create(
        unit=team.ours,
        source=make_source(team.ours, f"{canary} mails"),
        address=f"{canary}@example.com",
        way=Mailbox.Way.HANDED,
    )
    raw_mail = RawMail.objects.create(
        mailbox=mailbox,
        identity="1" * 40,
        digest=mail_files.keep(f"Subject: {canary}\r\n\r\n".encode()),
        size=1,
        state=RawMail.State.TAKEN,
        feedback=feedback,
        parser=1,
        received_at=now,
    )
    return (
        _leaving(team, feedback, canary)
        | _editions(team, canary)
        | _answered(team, canary)
        | _scanned(team, canary)
        | _visited(team, canary)
        | _worked_on(team, case, canary)
        | {
            "mailbox_id": mailbox.pk,
            "stream_id": stream.pk,
            "connector": "rss",
            "raw_mail_id": raw_mail.pk,
            "account_id": account.pk,
            "segment_id": segment.pk,
            "customer_id": customer.pk,
            "table": "accounts",
            "job_id": job.pk,
            "name": schedule.name,
            "effect_id": effect.pk,
            "watch_id": watch.pk,
            "alarm_id": alarm.pk,
            "edition_id": edition.pk,
            "mail_id": mail.pk,
            "unit_id": team.ours.pk,
            "saved_view_id": view.pk,
            "page": "pain-points",
            "kind": "useful",
            "form": "csv",
            "token": "not-a-token",
            "source_id": source.pk,
            "batch_id": batch.pk,
            "feedback_id": feedback.pk,
            "theme_id": theme.pk,
            "mention_id": mention.pk,
            "correction_id": correction.pk,
            "pain_point_id": pain.pk,
            "emerging_id": emerging.pk,
            "case_id": case.pk,
            "action_id": action.pk,
            "comment_id": comment.pk,
            "key_id": key.pk,
            "member_id": team.vic.pk,
            "assignment_id": Assignment.objects.get(member=team.vic).pk,
        }
    )


def _worked_on(team: Any, case: Case, canary: str) -> dict[str, object]:
    """What belongs to the work on cases."""
    rule = CaseRule.objects.create(unit=team.ours, name="Low scores")
    letter = CaseLetter.objects.create(
        case=case, key="1", way="mail", state="unsure", subject=canary, text=canary,
        address=seal("kim@example.com"), by=team.vic,
    )  # fmt: skip
    template = ReplyTemplate.objects.create(
        unit=team.ours, name=canary, texts={"ko": {"subject": "", "text": canary}}
    )
    absence = Absence.objects.create(
        member=team.ada, starts_on=timezone.localdate(), ends_on=timezone.localdate()
    )
    macro = Macro.objects.create(unit=team.ours, name=canary, owner="me")
    return {
        "rule_id": rule.pk,
        "letter_id": letter.pk,
        "template_id": template.pk,
        "macro_id": macro.pk,
        "absence_id": absence.pk,
    }


def _answered(team: Any, canary: str) -> dict[str, object]:
    """A survey, and a file that somebody gave as an answer."""
    # Its questions are for anybody to read; its name is not.
    survey = make_survey(team.ours, SHORT, f"{canary} survey")
    assert survey.version is not None
    now = timezone.now()
    response = Response.objects.create(
        survey=survey,
        version=survey.version,
        token_hash="3" * 64,
        receipt_hash="3" * 64,
        language="ko",
        seed=1,
        started_at=now,
        changed_at=now,
    )
    upload = Upload.objects.create(
        response=response,
        question="photo",
        key="4" * 32,
        name=f"{canary}.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="4" * 64,
    )
    contact = Contact.objects.create(
        unit=team.ours,
        name=f"{canary} Kim",
        email="kim@example.com",
        mail_address=Address.objects.create(kind="email", digest="5" * 64),
    )
    invitation = Invitation.objects.create(
        survey=survey,
        contact=contact,
        address=contact.mail_address,
        expires_at=now + timedelta(days=9),
    )
    return {"contact_id": contact.pk, "invitation_id": invitation.pk, "way": "sms",
            "printing_id": _printed(survey, canary).pk, "leaf": 1,
            "survey_id": survey.pk, "upload_id": upload.pk, "slug": survey.slug,
            "code": "KKKK-KKKK-KKKK"}  # fmt: skip


def _printed(survey: Any, canary: str) -> Printing:
    order = Order("personal", people=[Recipient(f"{canary} Kim")], name=canary)
    return print_sheets(survey, order, by=None)


def _visited(team: Any, canary: str) -> dict[str, object]:
    """A visit with all that hangs on it, its plan and guide, and a phone."""
    visit = Visit.objects.create(
        unit=team.ours,
        author=team.ada,
        whom=f"{canary} Foods",
        started_at=timezone.now(),
        minutes=30,
        verbatims=[{"id": "v", "who": canary, "text": canary}],
    )
    guide = Guide.objects.create(unit=team.ours, name=f"{canary} guide")
    guide.version = GuideVersion.objects.create(
        guide=guide, number=1, questions=[{"id": "q", "text": canary}]
    )
    guide.save()
    plan = VisitPlan.objects.create(
        unit=team.ours, member=team.ada, whom=canary, on=timezone.localdate()
    )
    handover = Handover.objects.create(visit=visit, key="h", text=canary, to=team.ada)
    attachment = Attachment.objects.create(
        visit=visit, sha256="7" * 64, name=canary, media_type="image/jpeg", size=1
    )
    promise = Promise.objects.create(
        unit=team.ours, visit=visit, text=canary, whom=canary, owner=team.ada,
        due=timezone.localdate(), made_by=team.ada,
    )  # fmt: skip
    device = Device.objects.create(member=team.ada, name=canary, digest="8" * 64)
    return {
        "visit_id": visit.pk, "guide_id": guide.pk, "plan_id": plan.pk,
        "handover_id": handover.pk, "attachment_id": attachment.pk,
        "promise_id": promise.pk, "device_id": device.pk, "sha256": "7" * 64,
    }  # fmt: skip


def _scanned(team: Any, canary: str) -> dict[str, object]:
    """A sheet of a survey that came back, in a batch that somebody brought."""
    survey = make_survey(team.ours, SHORT, f"{canary} on paper")
    sheet = _printed(survey, canary).sheets.get()
    Filled.objects.create(sheet=sheet, survey=survey)
    batch = ScanBatch.objects.create(unit=team.ours, way="upload", name=canary)
    file = ScanFile.objects.create(
        batch=batch, name=f"{canary}.pdf", sha256="7" * 64, size=1, state="done"
    )
    scan = Scan.objects.create(
        unit=team.ours, file=file, number=1, state="used", sheet=sheet, page=1
    )
    return {"scan_batch_id": batch.pk, "scan_file_id": file.pk, "scan_id": scan.pk,
            "sheet_id": sheet.pk}  # fmt: skip


def _editions(team: Any, canary: str) -> dict[str, object]:
    """An edition on its way to a messenger, and a secret link."""
    carrier = Carrier.objects.create(
        # Everybody of the unit may choose it by its name, so that tells nothing.
        unit=team.ours,
        kind="slack",
        name="Slack",
        problem=canary,
        secrets=seal("{}"),
    )
    way = Way.objects.create(member=team.ada, kind="slack", carrier=carrier)
    today = timezone.localdate()
    edition = Edition.objects.create(
        member=team.ada,
        since=today,
        until=today,
        content=Content(canary, canary, canary, canary).as_json(),
        token="another-token",
    )
    delivery = Delivery.objects.create(
        member=team.ada, edition=edition, way=way, kind="slack", state="failed"
    )
    outlet = Outlet.objects.create(
        unit=team.ours, member=team.ada, kind="podcast", name=canary, digest="3" * 64
    )
    return {
        "carrier_id": carrier.pk,
        "delivery_id": delivery.pk,
        "outlet_id": outlet.pk,
    }


def _leaving(team: Any, feedback: Any, canary: str) -> dict[str, object]:
    """What waits for a person, and what leaves."""
    item = put_up(
        "duplicate",
        team.ours,
        key=canary,
        evidence={"feedback": [feedback.pk]},
        about=feedback,
    )
    hook = Hook.objects.create(
        unit=team.ours,
        member=team.ada,
        name=canary,
        url=f"https://example.com/{canary}",
        secret=seal(canary),
        topics=["feedback.stored"],
    )
    message = HookMessage.objects.create(
        hook=hook, public_id="msg_1", topic="feedback.stored", note={"ids": [1]}
    )
    inlet = Inlet.objects.create(
        source=make_source(team.ours, f"{canary} inlet"),
        digest="1" * 64,
        start="abc",
        example={"text": canary},
    )
    search = SavedSearch.objects.create(member=team.ada, name=canary)
    export = Export.objects.create(
        unit=team.ours, member=team.ada, reason=canary, format="csv"
    )
    return {
        "export_id": export.pk,
        "image": "png",
        "review_item_id": item.pk,
        "hook_id": hook.pk,
        "hook_message_id": message.pk,
        "inlet_id": inlet.pk,
        "saved_search_id": search.pk,
        "deed": "off",
    }


def _customers(team: Any, canary: str) -> tuple[Account, Customer]:
    """One of each kind, with a reading of how likely they are to leave."""
    account = Account.objects.create(unit=team.ours, name=f"{canary} Foods")
    customer = Customer.objects.create(
        unit=team.ours, external_id=f"{canary}-1", name=f"{canary} Kim"
    )
    for kind, whose in (("account", account), ("customer", customer)):
        health = Health.objects.create(
            unit=team.ours, kind=kind, day=timezone.localdate(), horizon=90
        )
        HealthScore.objects.create(
            health=health,
            unit=team.ours,
            chance=0.2,
            low=0.1,
            high=0.3,
            **{kind: whose},
        )
    return account, customer


def _segment(team: Any, theme: Theme, canary: str) -> Segment:
    """A watched group, and a search that found one of the canary's name."""
    now, rule = timezone.now(), {"trait:kind": {"is": canary}}
    SegmentSearch.objects.create(
        unit=team.ours,
        at=now,
        rows=400,
        tested=10,
        settings={"values": {"trait:kind": [canary]}},
    )
    return Segment.objects.create(
        unit=team.ours,
        name=canary,
        rule=rule,
        theme=theme,
        key="0" * 64,
        adopted_by=team.ada,
        adopted_at=now,
    )
