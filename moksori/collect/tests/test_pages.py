from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect import writes
from moksori.collect.models import Batch, Feedback, Source
from moksori.collect.reads.imports import without_formula
from moksori.collect.tests.files import csv_bytes, imported, reviews, stage
from moksori.collect.tests.makers import make_feedback, make_source
from moksori.collect.writes.imports import begin


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def source(team: Team) -> Source:
    return make_source(team.ours, "앱 리뷰")


def test_a_file_goes_from_upload_to_feedback_without_javascript(team: Team) -> None:
    client = signed_in(team.ada)
    file = SimpleUploadedFile("의견.csv", csv_bytes(reviews(30), encoding="cp949"))
    answer = client.post(
        reverse("collect:import_new"),
        {"file": file, "name": "고객센터", "unit": team.ours.pk, "channel": "phone"},
    )
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("collect:import", args=[batch.pk])

    look = client.get(answer["Location"])
    page = look.content.decode()
    assert "배송이 늦었어요" in page
    assert "cp949" in page.lower()
    form = look.context["form"]
    sent = {f.html_name: "" if f.value() is None else f.value() for f in form}

    tried = client.post(reverse("collect:import_try", args=[batch.pk]), sent)
    assert tried.context["dry_run"].added == 30
    assert not Feedback.objects.exists()

    started = client.post(reverse("collect:import_start", args=[batch.pk]), sent)
    assert started.status_code == 302
    progress = client.get(reverse("collect:import_progress", args=[batch.pk]))
    assert "HX-Refresh" not in progress

    writes.run_import(batch.pk)
    assert Feedback.objects.count() == 30
    assert Feedback.objects.first().channel == "phone"  # type: ignore[union-attr]
    assert client.get(started["Location"]).status_code == 200
    again = client.get(reverse("collect:import_progress", args=[batch.pk]))
    assert again["HX-Refresh"] == "true"


def test_a_bad_file_is_explained_beside_the_field(team: Team, source: Source) -> None:
    client = signed_in(team.ada)
    file = SimpleUploadedFile("의견.csv", b"\x89PNG\r\n\x1a\n" + bytes(100))
    answer = client.post(
        reverse("collect:import_new"), {"file": file, "source": source.pk}
    )

    assert answer.status_code == 422
    assert "PNG" in answer.content.decode()
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("2026_3분기_설문.csv", "2026 3분기 설문"),
        ("app-reviews.csv.gz", "app-reviews"),
        ("의견", "의견"),
    ],
)
def test_a_new_source_is_named_after_the_file_unless_it_has_a_name(
    team: Team, file_name: str, name: str
) -> None:
    client = signed_in(team.ada)
    sent = {"unit": team.ours.pk, "channel": "phone", "name": " "}
    file = SimpleUploadedFile(file_name, csv_bytes(reviews(30)))
    client.post(reverse("collect:import_new"), sent | {"file": file})
    assert Source.objects.get().name == name


def test_the_form_asks_for_what_is_missing_and_calls_nothing_optional(
    team: Team, source: Source
) -> None:
    client = signed_in(team.ada)
    page = client.get(reverse("collect:import_new")).context["form"]
    assert page.fields["name"].required
    answer = client.post(reverse("collect:import_new"), {"channel": "phone"})
    assert set(answer.context["form"].errors) == {"file", "name", "unit"}
    answer = client.post(reverse("collect:import_new"), {"source": source.pk})
    assert set(answer.context["form"].errors) == {"file"}


def test_two_columns_cannot_both_be_the_date(team: Team, source: Source) -> None:
    batch = stage(csv_bytes(reviews(30)), source, team.ada)
    client = signed_in(team.ada)
    sent = {f"role_{n}": "date" for n in range(6)}
    answer = client.post(reverse("collect:import_start", args=[batch.pk]), sent)

    assert answer.status_code == 422
    batch.refresh_from_db()
    assert batch.state == Batch.State.UPLOADED


def test_another_encoding_can_be_chosen(team: Team, source: Source) -> None:
    batch = stage(csv_bytes(reviews(30), encoding="cp949"), source, team.ada)
    client = signed_in(team.ada)
    address = reverse("collect:import_reading", args=[batch.pk])
    client.post(address, {"encoding": "cp1252"})

    batch.refresh_from_db()
    assert batch.options["encoding"] == "cp1252"
    client.post(address, {"encoding": ""})
    batch.refresh_from_db()
    assert batch.options["encoding"] == "cp949"


def test_rows_in_trouble_are_downloaded_without_formulas(
    team: Team, source: Source
) -> None:
    rows = [
        *reviews(3),
        ("R-9", "언젠가", "=HYPERLINK(1)", 5, "제품", "서울"),
        ("R-10", "곧", "-배송 지연", 5, "제품", "서울"),
    ]
    batch = imported(csv_bytes(rows), source, team.ada)
    answer = signed_in(team.ada).get(
        reverse("collect:import_troubles", args=[batch.pk])
    )
    content = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert "언젠가" in content
    assert content.count("R-9") == 1
    assert "'=HYPERLINK" in content
    assert "'-배송 지연" in content


def test_all_mistakes_of_a_row_are_told_at_once(team: Team, source: Source) -> None:
    rows = [*reviews(12), ("R-90", "언젠가", "글", "많이", "제품", "서울")]
    client = signed_in(team.ada)
    batch = stage(csv_bytes(rows), source, team.ada)
    form = client.get(reverse("collect:import", args=[batch.pk])).context["form"]
    sent = {f.html_name: "" if f.value() is None else f.value() for f in form}
    tried = client.post(reverse("collect:import_try", args=[batch.pk]), sent)
    (row,) = tried.context["dry_run"].troubles
    assert [each.column for each in row.mistakes] == ["접수일", "추천점수"]
    assert tried.context["dry_run"].refused == 1

    begin(batch, by=team.ada)
    writes.run_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.refused, batch.flagged) == (1, 0)
    page = client.get(reverse("collect:import", args=[batch.pk])).content.decode()
    assert page.count("언젠가") == page.count("많이") == 1
    answer = client.get(reverse("collect:import_troubles", args=[batch.pk]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "접수일, 추천점수" in lines[1]
    assert lines[1].count("R-90") == 1


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＠a",
        " =1",
        "|x",
    ],
)
def test_no_cell_of_an_export_is_a_formula(cell: str) -> None:
    assert without_formula(cell).startswith("'")


@pytest.mark.parametrize("cell", ["-3", "+82 10", "-1.5", "12%", "좋아요", ""])
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert without_formula(cell) == cell


def test_the_list_is_narrowed_down(team: Team, source: Source) -> None:
    old = datetime(2013, 5, 1, tzinfo=UTC)
    new = datetime(2014, 5, 1, tzinfo=UTC)
    make_feedback("오래된 글", source=source, score=2, occurred_at=old)
    make_feedback(
        "새 글", source=source, score=9, occurred_at=new, product=team.product
    )
    client = signed_in(team.ada)
    address = reverse("collect:feedback_list")

    def texts(query: str) -> list[str]:
        page = client.get(f"{address}{query}").context["page"]
        return [line.text for line in page.object_list]

    assert texts("") == ["새 글", "오래된 글"]
    assert texts("?days=28") == ["새 글"]
    assert texts("?score=low") == ["오래된 글"]
    assert texts(f"?product={team.product.pk}") == ["새 글"]
    make_feedback("", source=source, score=1, occurred_at=old)
    assert texts("?score=low&words=with") == ["오래된 글"]
    assert texts("?score=low&words=without") == [""]
    assert texts("?words=with&product=x") == ["새 글", "오래된 글"]
    assert texts("?batch=abc") == []


def test_a_region_narrows_what_a_member_sees(team: Team, source: Source) -> None:
    make_feedback("서울 글", source=source, region=team.seoul)
    make_feedback("부산 글", source=source, region=team.busan)
    assignment = team.vic.assignments.get()
    assignment.regions.set([team.seoul])

    page = signed_in(team.vic).get(reverse("collect:feedback_list")).context["page"]
    assert [line.text for line in page.object_list] == ["서울 글"]


def test_a_feedback_shows_its_answers_and_what_it_said_before(
    team: Team, source: Source
) -> None:
    row = ("R-1", "2026-03-01", "처음 쓴 글", 9, "제품", "서울")
    imported(csv_bytes([row]), source, team.ada)
    imported(csv_bytes([(*row[:2], "고친 글", *row[3:])]), source, team.ada)
    feedback = Feedback.objects.get()

    address = reverse("collect:feedback", args=[feedback.pk])
    page = signed_in(team.vic).get(address).content.decode()
    assert "고친 글" in page
    assert "처음 쓴 글" in page
    assert signed_in(team.eve).get(address).status_code == 404


def test_who_may_not_import_is_told_so(team: Team, source: Source) -> None:
    batch = stage(csv_bytes(reviews(3)), source, team.ada)
    for name, args in (
        ("collect:imports", []),
        ("collect:import_new", []),
        ("collect:sources", []),
        ("collect:import", [batch.pk]),
        ("collect:source", [source.pk]),
    ):
        address = reverse(name, args=args)
        assert signed_in(team.vic).get(address).status_code == 403
        expected = 404 if args else 200
        assert signed_in(team.eve).get(address).status_code == expected


def test_a_source_is_renamed(team: Team, source: Source) -> None:
    make_source(team.ours, "설문")
    client = signed_in(team.ada)
    address = reverse("collect:source", args=[source.pk])

    taken = client.post(address, {"name": "설문", "channel": "survey"})
    assert taken.status_code == 422
    client.post(address, {"name": "앱 후기", "channel": "review"})
    source.refresh_from_db()
    assert (source.name, source.channel) == ("앱 후기", "review")


def test_an_upload_can_be_dropped(team: Team, source: Source) -> None:
    batch = stage(csv_bytes(reviews(3)), source, team.ada)
    signed_in(team.ada).post(reverse("collect:import_drop", args=[batch.pk]))
    assert not Batch.objects.exists()
