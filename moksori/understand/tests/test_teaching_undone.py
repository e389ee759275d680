"""What undoing leaves behind: nothing empty, nothing lost, nothing half done."""

from __future__ import annotations

import json
import re

import pytest

from moksori.base.errors import UserError
from moksori.base.people.models import Unit
from moksori.base.people.roles import Role
from moksori.base.testing.makers import Team, make_member
from moksori.understand import writes
from moksori.understand.models import Correction, Emerging, Mention, Theme
from moksori.understand.reads.taxonomy import as_json, changes, entries_of, taxonomy
from moksori.understand.tests.makers import DAY, make_pain, make_theme
from moksori.understand.tests.test_teaching import learned
from moksori.understand.tests.test_teaching_doors import API, client, post
from moksori.understand.writes.adopted import adopt_emerging, restore_emerging
from moksori.understand.writes.taxonomy import import_taxonomy

__all__ = ["learned"]

pytestmark = pytest.mark.django_db(transaction=True)


def two(team: Team) -> tuple[Theme, Theme]:
    return make_theme(team.ours, "배송"), make_theme(team.ours, "결제")


def make_issue(unit: Unit, said: list[int]) -> Emerging:
    return Emerging.objects.create(
        unit=unit,
        name_ko="늦은 배송",
        center=bytes(4 * 256),
        radius=0.2,
        typical=said[:5],
        near=said,
        mentions=len(said),
        feedback=len(said),
        first_day=DAY.date(),
        last_day=DAY.date(),
        found_at=DAY,
        seen_at=DAY,
    )


def groups() -> list[str]:
    rows = Theme.objects.filter(is_group=True, state="active")
    return sorted(rows.values_list("name_ko", flat=True))


def nothing_stands_in_what_is_away() -> bool:
    inside = Theme.objects.filter(state="active", parent__isnull=False)
    return not inside.exclude(parent__state="active").exists()


def test_a_group_comes_back_with_what_returns_to_it(team: Team) -> None:
    one, other = two(team)
    first = writes.move_theme(one, name_ko="물류", by=team.ada)
    group = Theme.objects.get(is_group=True)
    second = writes.move_theme(other, group=group, by=team.ada)
    third = writes.move_theme(other, by=team.ada)

    writes.undo_correction(first, by=team.ada)
    assert groups() == []
    writes.undo_correction(third, by=team.ada)
    assert groups() == ["물류"]
    assert nothing_stands_in_what_is_away()
    writes.undo_correction(second, by=team.ada)
    assert groups() == []


def test_a_group_made_by_people_goes_with_the_last_theme(team: Team) -> None:
    one, other = two(team)
    first = writes.move_theme(one, name_ko="물류", by=team.ada)
    second = writes.move_theme(
        other, group=Theme.objects.get(is_group=True), by=team.ada
    )

    writes.undo_correction(first, by=team.ada)
    assert groups() == ["물류"]
    writes.undo_correction(second, by=team.ada)

    assert groups() == []
    writes.move_theme(one, name_ko="물류", by=team.ada)
    assert Theme.objects.filter(is_group=True).count() == 1


def test_a_group_of_a_file_goes_as_well(team: Team) -> None:
    rows = [
        {"id": one.pk, "name_ko": one.name_ko, "group": "물류"} for one in two(team)
    ]
    entries = entries_of(json.dumps(rows).encode())
    done = import_taxonomy(team.ours.pk, entries, by=team.ada)
    assert groups() == ["물류"]

    for one in done:
        writes.undo_correction(one, by=team.ada)

    assert groups() == []


def test_two_themes_change_names_by_a_file(team: Team) -> None:
    one, other = two(team)
    rows = [{"id": one.pk, "name_ko": "결제"}, {"id": other.pk, "name_ko": "배송"}]
    asked = {"content": json.dumps(rows), "unit": team.ours.pk}

    shown = post(team.ada, "taxonomy/preview", asked)
    done = post(team.ada, "taxonomy", asked)

    assert (shown.status_code, done.status_code) == (200, 200)
    assert [one["name"] for one in shown.json()] == ["배송", "결제"]
    assert Theme.objects.get(pk=one.pk).name_ko == "결제"
    assert Theme.objects.get(pk=other.pk).name_ko == "배송"


def test_a_name_that_is_taken_is_told_before_the_file_is_taken(team: Team) -> None:
    one, other = two(team)
    rows = [{"id": one.pk, "name_ko": other.name_ko}]
    asked = {"content": json.dumps(rows), "unit": team.ours.pk}

    assert post(team.ada, "taxonomy/preview", asked).status_code == 409
    assert post(team.ada, "taxonomy", asked).status_code == 409


def test_themes_that_learning_named_alike_come_back_by_their_ids(team: Team) -> None:
    make_theme(team.ours, "배송")
    make_theme(team.ours, "배송")
    data = as_json(taxonomy(team.ours.pk, by=team.ada))

    entries = entries_of(data, name="a.json")

    assert changes(team.ours.pk, entries, by=team.ada) == []
    again = "id,name_ko\n1,배송\n1,배송"
    with pytest.raises(UserError):
        entries_of(again.encode())


def test_an_adoption_undone_in_the_history_is_new_again(learned: Team) -> None:
    said = list(Mention.objects.order_by("pk").values_list("pk", flat=True)[:20])
    issue = make_issue(learned.ours, said)

    for _turn in range(2):
        done = adopt_emerging(issue, name_ko="늦은 배송", by=learned.ada)
        assert Emerging.objects.get().state == "adopted"
        writes.undo_correction(done, by=learned.ada)
        again = Emerging.objects.get()
        assert (again.state, again.theme) == ("new", None)
    adopt_emerging(issue, name_ko="늦은 배송", by=learned.ada)
    assert restore_emerging(issue, by=learned.ada).state == "new"
    assert not Theme.objects.filter(name_ko="늦은 배송", state="active").exists()


def test_a_theme_known_by_examples_keeps_something_to_be_known_by(
    learned: Team,
) -> None:
    done = writes.define_theme(
        learned.ours.pk,
        name_ko="비닐",
        examples=["포장 비닐이 찢어졌어요"],
        by=learned.ada,
    )
    told = client(learned.ada).put(
        f"{API}/themes/{done.theme_id}/definition",
        json.dumps({"words": [], "examples": []}),
        content_type="application/json",
    )
    rows = [{"id": done.theme_id, "name_ko": "비닐", "examples": []}]

    assert told.status_code == 400
    assert Theme.objects.get(pk=done.theme_id).definition["examples"]
    with pytest.raises(UserError):
        import_taxonomy(
            learned.ours.pk, entries_of(json.dumps(rows).encode()), by=learned.ada
        )


def test_a_pain_point_says_that_its_theme_is_out_of_use(team: Team) -> None:
    theme, _other = two(team)
    pain = make_pain(theme)
    path = f"{API}/pain-points/{pain.pk}"

    assert client(team.ada).get(path).json()["theme_state"] == "active"
    writes.archive_theme(theme, by=team.ada)
    assert client(team.ada).get(path).json()["theme_state"] == "archived"


def test_a_merge_that_cannot_be_is_not_shown_either(team: Team) -> None:
    theme, other = two(team)
    writes.move_theme(other, name_ko="물류", by=team.ada)
    group = Theme.objects.get(is_group=True)

    for wrong in (theme, group):
        asked = {"others": [wrong.pk]}
        for path in ("merge", "merge/preview"):
            told = post(team.ada, f"themes/{theme.pk}/{path}", asked)
            assert told.status_code == 400, path


def test_numbers_of_the_whole_unit_are_for_who_reads_all_of_it(learned: Team) -> None:
    tim = make_member("Tim", learned.team, Role.ANALYST)
    theme = Theme.objects.filter(state="active", is_group=False).earliest("pk")
    writes.archive_theme(theme, by=learned.ada)
    unit = learned.ours.pk

    def read(member: object, path: str) -> str:
        found = client(member).get(f"{path}?unit={unit}")  # type: ignore[arg-type]
        assert found.status_code == 200, path
        return found.content.decode()

    for member, is_whole in ((learned.ada, True), (tim, False)):
        (line,) = json.loads(read(member, f"{API}/corrections"))["lines"]
        assert (line["mentions"] is not None) is is_whole
        page = read(member, "/understand/teach/corrections/")
        assert (f">{Correction.objects.get().mentions}<" in page) is is_whole
        for path in ("/understand/teach/learned/", "/understand/themes/"):
            # Names of files and keys of forms are by chance, and may hold any number.
            said = re.sub(r"<[^>]*>", " ", read(member, path))
            assert ("320" in said) is is_whole, path


def test_a_quote_names_the_mention_that_can_be_put_right(learned: Team) -> None:
    theme = Theme.objects.filter(state="active", is_group=False).earliest("pk")
    found = client(learned.ada).get(f"{API}/themes/{theme.pk}/verbatims").json()

    why = client(learned.ada).get(f"{API}/mentions/{found[0]['mention']}/why")
    assert why.status_code == 200
