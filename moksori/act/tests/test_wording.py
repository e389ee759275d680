"""Words to begin an answer with, macros, and who else is in a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.act.casework.wording import filled, unknown_places
from moksori.act.models import Case, CaseLetter, Comment, Macro, Presence, ReplyTemplate
from moksori.act.reads.presence import others_at
from moksori.act.tests.letters import a_draft, case_of_mail
from moksori.act.tests.makers import make_case
from moksori.act.writes.letters import send_answer
from moksori.act.writes.presence import forget_presence, note_presence
from moksori.act.writes.wording import (
    MacroDraft,
    change_template,
    run_macro,
    write_macro,
    write_template,
)
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team

SORRY = {
    "ko": {
        "subject": "{회사}입니다",
        "text": "{고객}님, {제품}을(를) 쓰며 불편하셨군요. {담당} 드림",
    },
    "en": {"subject": "", "text": "Dear {customer}, I am {me}."},
}


@pytest.fixture(autouse=True)
def mails(team: Team, settings: Any) -> None:
    settings.MOKSORI_MAIL_IS_SENT = True
    Member.objects.update(language="en")


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


class TestPlaces:
    def test_particles_fit_what_stands_there(self) -> None:
        words = "{제품}이(가) 늦어 {고객}님께 죄송합니다"
        values = {"product": "우유", "customer": "김하나"}
        assert filled(words, values, "ko") == "우유가 늦어 김하나님께 죄송합니다"
        values = {"product": "책", "customer": "김하나"}
        assert filled(words, values, "ko").startswith("책이 늦어")

    def test_a_name_with_braces_opens_no_further_place(self) -> None:
        assert filled("{customer}!", {"customer": "{me}", "me": "x"}, "en") == "{me}!"

    def test_what_nobody_knows_is_named(self) -> None:
        assert unknown_places("{고객} {생일} { ME }") == ["{생일}"]


class TestTemplates:
    def test_an_unknown_place_is_said_beside_its_field(self, team: Team) -> None:
        with pytest.raises(UserError, match=r"\{birthday\}") as told:
            write_template(
                team.ours, "x", {"en": {"text": "Happy {birthday}"}}, by=team.lea
            )
        assert told.value.field == "text_en"

    def test_who_may_not_hand_out_work_writes_none(self, team: Team) -> None:
        for member in (team.vic, team.eve, team.max):
            with pytest.raises(NotAllowed):
                write_template(team.ours, "x", SORRY, by=member)

    def test_a_name_is_taken_once(self, team: Team) -> None:
        row = write_template(team.ours, "사과", SORRY, by=team.lea)
        with pytest.raises(UserError):
            write_template(team.ours, " 사과 ", SORRY, by=team.lea)
        change_template(row, "사과", {"en": SORRY["en"]}, by=team.lea)
        assert list(ReplyTemplate.objects.get().texts) == ["en"]

    def test_words_are_put_under_what_is_written_and_nothing_is_sent(
        self, team: Team
    ) -> None:
        template = write_template(team.ours, "사과", SORRY, by=team.lea)
        case = case_of_mail(team)
        page = signed_in(team.vic).post(
            reverse("act:case_letter", args=[case.pk]),
            {
                "template": template.pk, "language": "ko", "subject": "s",
                "text": "먼저 쓴 말", "turn": case.turn, "key": "k", "fill": "1",
            },
        )  # fmt: skip
        shown = page.content.decode()
        assert "먼저 쓴 말" in shown
        assert "김고객님, our service를" in shown or "김고객님, 저희 서비스를" in shown
        assert "Vic 드림" in shown
        assert not CaseLetter.objects.exists()

    def test_templates_of_others_are_not_found(self, team: Team) -> None:
        row = write_template(team.ours, "사과", SORRY, by=team.lea)
        address = reverse("act:template", args=[row.pk])
        assert signed_in(team.eve).get(address).status_code == 404
        assert signed_in(team.vic).get(address).status_code == 404
        assert signed_in(team.lea).get(address).status_code == 200


class TestMacros:
    def test_all_steps_are_done_and_its_words_only_proposed(self, team: Team) -> None:
        template = write_template(team.ours, "사과", SORRY, by=team.lea)
        draft = MacroDraft("늦은 배송", "me", "wait", "택배사에 물어봄", template)
        macro = write_macro(team.ours, draft, by=team.lea)
        case = case_of_mail(team)
        page = signed_in(team.vic).post(
            reverse("act:case_macro", args=[case.pk]), {"macro": macro.pk}, follow=True
        )
        case.refresh_from_db()
        assert (case.owner, case.status) == (team.vic, Case.Status.WAITING)
        assert Comment.objects.get().text == "택배사에 물어봄"
        assert "Vic 드림" in page.content.decode()
        assert not CaseLetter.objects.exists()

    def test_where_one_step_is_refused_none_is_done(self, team: Team) -> None:
        draft = MacroDraft("맡고 마무리", "me", "close", "안내함")
        macro = write_macro(team.ours, draft, by=team.lea)
        case = make_case(team.ada, team.ours, owner=team.ada)
        with pytest.raises(NotAllowed):  # it lies with somebody else
            run_macro(macro, case, by=team.vic)
        case.refresh_from_db()
        assert (case.owner, case.status) == (team.ada, Case.Status.OPEN)

    def test_it_gives_the_case_to_whom_it_concerns(self, team: Team) -> None:
        macro = write_macro(team.ours, MacroDraft("넘기기", "remit"), by=team.lea)
        case = make_case(team.lea, team.ours)
        run_macro(macro, case, by=team.lea)
        case.refresh_from_db()
        assert case.owner == team.vic

    @pytest.mark.parametrize(
        ("draft", "field"),
        [
            (MacroDraft("x"), "owner"),
            (MacroDraft(""), "name"),
            (MacroDraft("x", then="close"), "note"),
        ],
    )
    def test_what_makes_no_sense_is_said(
        self, team: Team, draft: MacroDraft, field: str
    ) -> None:
        with pytest.raises(UserError) as told:
            write_macro(team.ours, draft, by=team.lea)
        assert told.value.field == field

    def test_a_button_of_another_unit_is_none_here(self, team: Team) -> None:
        macro = Macro.objects.create(unit=team.theirs, name="x", owner="me")
        case = make_case(team.vic, team.ours)
        address = reverse("act:case_macro", args=[case.pk])
        for given in (str(macro.pk), "", "x", "9" * 30):
            page = signed_in(team.vic).post(address, {"macro": given})
            assert page.status_code == 404
        with pytest.raises(Conflict):
            run_macro(macro, case, by=team.vic)


class TestTogether:
    def test_others_are_seen_and_who_writes_is_named(self, team: Team) -> None:
        case = case_of_mail(team)
        here = reverse("act:case_here", args=[case.pk])
        signed_in(team.lea).post(here, {"writes": "1", "turn": case.turn})
        note_presence(case, by=team.ada)
        shown = signed_in(team.vic).post(here, {"turn": case.turn}).content.decode()
        assert "Lea is writing to this customer" in shown
        assert "Also here: Ada" in shown
        page = signed_in(team.vic).get(reverse("act:case", args=[case.pk]))
        assert "Lea is writing" in page.content.decode()

    def test_whoever_left_is_forgotten(self, team: Team) -> None:
        case = make_case(team.vic, team.ours)
        note_presence(case, by=team.lea, writes=True)
        ago = timezone.now() - timedelta(minutes=2)
        Presence.objects.update(seen_at=ago, wrote_at=ago)
        assert not others_at(case, by=team.vic)
        assert forget_presence() == 0
        Presence.objects.update(seen_at=ago - timedelta(hours=2))
        assert forget_presence() == 1

    def test_looking_at_the_page_stores_nothing(self, team: Team) -> None:
        case = make_case(team.vic, team.ours)
        signed_in(team.vic).get(reverse("act:case", args=[case.pk]))
        assert not Presence.objects.exists()

    def test_what_is_new_is_told_without_a_reload(self, team: Team) -> None:
        case = case_of_mail(team)
        seen = case.turn
        send_answer(case, a_draft(case), by=team.lea)
        here = reverse("act:case_here", args=[case.pk])
        shown = signed_in(team.vic).post(here, {"turn": seen}).content.decode()
        assert "Something new happened" in shown

    def test_who_was_late_keeps_the_words_and_may_send_after_reading(
        self, team: Team
    ) -> None:
        case = case_of_mail(team)
        form = {
            "language": "ko", "subject": "s", "text": "정성껏 쓴 답", "turn": case.turn,
            "key": "late",
        }  # fmt: skip
        send_answer(case, a_draft(case), by=team.lea)
        CaseLetter.objects.update(state="sent")
        client, address = (
            signed_in(team.vic),
            reverse("act:case_letter", args=[case.pk]),
        )
        page = client.post(address, form)
        assert page.status_code == 422
        shown = page.content.decode()
        assert "정성껏 쓴 답" in shown
        case.refresh_from_db()
        assert f'name="turn" value="{case.turn}"' in shown
        assert client.post(address, form | {"turn": case.turn}).status_code == 302
        assert CaseLetter.objects.count() == 2

    def test_who_only_reads_sees_no_address_and_no_form(self, team: Team) -> None:
        case = case_of_mail(team)
        shown = signed_in(team.sol).get(reverse("act:case", args=[case.pk]))
        assert "customer@customer.example" not in shown.content.decode()
        assert "Send the answer" not in shown.content.decode()
        sent = signed_in(team.sol).post(reverse("act:case_letter", args=[case.pk]))
        assert sent.status_code == 403
        shown = signed_in(team.vic).get(reverse("act:case", args=[case.pk]))
        assert "customer@customer.example" in shown.content.decode()
        assert "Send the answer" in shown.content.decode()


class TestApi:
    def test_answered_taken_back_and_told(self, team: Team) -> None:
        case = case_of_mail(team)
        client = signed_in(team.vic)
        place = f"/api/v1/act/cases/{case.pk}"
        talk = client.get(f"{place}/talk").json()
        assert talk["may_write"]
        given = {"text": "답", "subject": "s", "turn": talk["turn"], "key": "a"}
        kind = "application/json"
        made = client.post(f"{place}/letters", given, kind)
        assert made.status_code == 201
        assert client.post(f"{place}/letters", given, kind).json() == made.json()
        stale = client.post(f"{place}/letters", given | {"key": "b"}, kind)
        assert stale.status_code == 409
        letter = made.json()["id"]
        back = client.post(f"{place}/letters/{letter}/take-back")
        assert back.json()["state"] == "taken_back"
        outside = signed_in(team.eve)
        assert outside.get(f"{place}/talk").status_code == 404
        assert outside.post(f"{place}/letters", given, kind).status_code == 404

    def test_templates_and_macros(self, team: Team) -> None:
        client = signed_in(team.lea)
        kind, place = "application/json", "/api/v1/act"
        given = {"name": "사과", "unit": team.ours.pk, "ko": {"text": "{고객}님"}}
        made = client.post(f"{place}/reply-templates", given, kind)
        assert made.status_code == 201
        macro = {"name": "m", "unit": team.ours.pk, "template": made.json()["id"]}
        assert client.post(f"{place}/macros", macro, kind).status_code == 201
        case = make_case(team.vic, team.ours)
        number = client.get(f"{place}/macros").json()[0]["id"]
        run = client.post(f"{place}/cases/{case.pk}/macros/{number}")
        assert run.status_code == 200
        there = f"{place}/reply-templates/{made.json()['id']}"
        assert signed_in(team.vic).delete(there).status_code == 404
        assert client.delete(there).status_code == 204
        assert Macro.objects.get().template is None
