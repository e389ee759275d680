"""What is asked next: pages, rules, loops, chance, and what counts of the answers."""

from __future__ import annotations

import dataclasses
from collections import Counter

from hypothesis import given, settings

from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.checks import beside_path, cleaned
from moksori.collect.questionnaires.definition import Type, Variant
from moksori.collect.questionnaires.flow import End, State
from moksori.collect.questionnaires.order import chance, variant_of
from moksori.collect.questionnaires.tests.makers import (
    ABC,
    YES_NO,
    answer_to,
    asked,
    made,
    page,
    responses,
)


def keys(q, answers=None, **more):
    return [step.key for step in flow.path(q, State(answers or {}, **more))]


def shown(q, answers=None, **more):
    path = flow.path(q, State(answers or {}, **more))
    return [question.id for step in path for question in step.questions]


LOW = {"<": [answer_to("q1"), 7]}
TWO = made(
    page("p1", asked("q1", "nps"), asked("q2", "long_text", show=LOW)),
    page("p2", asked("q3", "single"), show={"answered": answer_to("q2")}),
    page("p3", asked("q4", "text")),
)


def test_pages_and_questions_come_out_by_their_rules():
    assert keys(TWO) == ["p1", "p3"]
    assert shown(TWO, {"q1": 9}) == ["q1", "q4"]
    assert shown(TWO, {"q1": 3}) == ["q1", "q2", "q4"]
    assert keys(TWO, {"q1": 3, "q2": "느려요"}) == ["p1", "p2", "p3"]


def test_a_question_that_this_page_may_bring_out_waits():
    [first, *_rest] = flow.path(TWO, State())

    assert [one.id for one in first.waiting] == ["q2"]


def test_an_answer_beside_the_path_decides_nothing():
    # First three, then nine: what was written stays stored, and asks nothing more.
    answers = {"q1": 9, "q2": "느려요", "q3": "a"}

    assert keys(TWO, answers) == ["p1", "p3"]
    assert cleaned(TWO, State(answers)) == {"q1": 9, "q4?": "skipped"}
    assert beside_path(TWO, State(answers)) == ("q2", "q3")


def test_an_answer_that_does_not_fit_decides_nothing():
    assert keys(TWO, {"q1": -5, "q2": "느려요"}) == ["p1", "p3"]
    assert keys(TWO, {"q1": "3", "q2": "느려요"}) == ["p1", "p3"]


def test_one_step_after_the_other():
    state = State({"q1": 9})

    assert flow.step_after(TWO, state, "").key == "p1"
    assert flow.step_after(TWO, state, "p1").key == "p3"
    assert flow.step_after(TWO, state, "p3") is End.END
    assert flow.step_after(TWO, state, "p2") is None
    assert flow.step_before(TWO, state, "p3").key == "p1"
    assert flow.step_before(TWO, state, "p1") is None
    assert flow.step_before(TWO, state, "gone").key == "p3"


def test_where_going_back_is_barred_there_is_no_step_before():
    q = dataclasses.replace(TWO, may_go_back=False)

    assert flow.step_before(q, State(), "p3") is None


SKIPS = made(
    page("p1", asked("q1", "single", options=YES_NO), go=[
        {"when": {"==": [answer_to("q1"), "no"]}, "to": "out"},
        {"when": {"code": "q1"}, "to": "p3"},
    ]),
    page("p2", asked("q2", "text"), go=[{"to": "end"}]),
    page("p3", asked("q3", "text")),
)  # fmt: skip


def test_answers_lead_on_to_a_later_page_or_out():
    assert keys(SKIPS, {"q1": "yes"}) == ["p1", "p2"]
    assert flow.ending(SKIPS, State({"q1": "yes"})) is End.END
    assert keys(SKIPS, {"q1": "no"}) == ["p1"]
    assert flow.ending(SKIPS, State({"q1": "no"})) is End.OUT
    assert keys(SKIPS, {"q1?": "skipped"}) == ["p1", "p3"]


LOOP = made(
    page("p1", asked("used", "multiple", options=[
        *ABC, {"id": "other", "text": "기타", "other": True},
        {"id": "none", "text": "없음", "exclusive": True}])),
    page("p2", asked("how", "csat"),
         asked("why", "text", show={"<": [answer_to("how"), 3]}),
         loop={"over": "used", "most": 3}),
    page("p3", asked("end", "text",
                     show={"==": [{"cell": [answer_to("how"), "b"]}, 1]})),
)  # fmt: skip


def test_a_page_is_asked_for_each_chosen_option_in_their_order():
    assert shown(LOOP, {"used": ["c", "a"]})[1:] == ["how@c", "how@a"]
    assert keys(LOOP, {"used": ["c", "a"]}) == ["p1", "p2@c", "p2@a"]
    assert keys(LOOP, {"used": ["none"]}) == ["p1"]
    assert keys(LOOP, {"used": ["a", "b", "c", "other"]})[-1] == "p2@c"


def test_each_copy_knows_its_own_answers_only():
    answers = {"used": ["a", "b"], "how@a": 1, "how@b": 5}

    assert shown(LOOP, answers) == ["used", "how@a", "why@a", "how@b"]


def test_after_the_loop_a_rule_finds_each_copy():
    assert shown(LOOP, {"used": ["b"], "how@b": 1})[-1] == "end"
    assert shown(LOOP, {"used": ["a"], "how@a": 1})[-1] == "why@a"


def test_own_words_stand_for_other_in_the_loop():
    path = flow.path(LOOP, State({"used": ["other"], "used:other": "전화"}))

    assert path[1].item.text.said("ko") == "전화"


def test_options_hide_by_their_rules_and_are_chosen_no_more():
    q = made(
        page("p1", asked("q1", "single", options=YES_NO)),
        page("p2", asked("q2", "multiple", options=[
            *ABC,
            {"id": "d", "text": "디", "show": {"==": [answer_to("q1"), "yes"]}}])),
        page("p3", asked("q3", "text", show={"contains": [answer_to("q2"), "d"]})),
    )  # fmt: skip

    assert shown(q, {"q1": "yes", "q2": ["a", "d"]}) == ["q1", "q2", "q3"]
    assert shown(q, {"q1": "no", "q2": ["a", "d"]}) == ["q1", "q2"]
    assert cleaned(q, State({"q1": "no", "q2": ["a", "d"]}))["q2"] == ["a"]


RANDOM = made(
    page("p1", asked("q1", "multiple", random=True, options=[
        {"id": id, "text": id} for id in "abcdefgh"] + [
        {"id": "x", "text": "기타", "other": True},
        {"id": "y", "text": "없음", "exclusive": True}])),
    *(page(f"r{n}", asked(f"s{n}", "text")) for n in range(5)),
    page("p2", asked("q2", "text"), show={"answered": answer_to("q1")}),
    page("z", asked("q3", "text")),
    random=True,
)  # fmt: skip


def options(seed):
    step = flow.step(RANDOM, State({}, seed=seed), "p1")
    return "".join(one.id for one in step.questions[0].options)


def test_chance_is_the_same_for_the_same_seed_and_fair_over_many():
    first = Counter(options(seed)[0] for seed in range(800))

    assert options(7) == options(7)
    assert {options(seed)[-2:] for seed in range(50)} == {"xy"}
    assert set(first) == set("abcdefgh")
    assert min(first.values()) > 60  # of a hundred each


def test_pages_that_no_rule_ties_are_shuffled_and_the_others_stay():
    orders = {tuple(keys(RANDOM, {"q1": ["a"]}, seed=seed)) for seed in range(60)}

    assert {order[0] for order in orders} == {"p1"}
    assert {order[6] for order in orders} == {"p2"}
    assert {order[7] for order in orders} == {"z"}
    assert len(orders) > 30


def test_what_is_shuffled_stays_so_when_an_option_is_added():
    few = [one for one in options(3) if one in "abc"]

    assert few == sorted(few, key=lambda id: chance(3, "q1", id))


def test_a_scale_is_never_shuffled():
    q = made(
        page("p", asked("m", "matrix", random=True), asked("w", "without", random=True))
    )
    found = set()
    for seed in range(20):
        matrix, without = flow.path(q, State(seed=seed))[0].questions
        assert [one.id for one in matrix.options] == ["a", "b", "c"]
        assert [one.id for one in without.options] == ["very", "somewhat", "not"]
        found.add(matrix.rows[0].id)
    assert found == {"yes", "no"}


def test_sections_stay_and_so_does_what_depends_on_another():
    q = made(page(
        "p", asked("a", "text"), asked("b", "text"), asked("c", "section"),
        asked("d", "text"), asked("e", "nps"), asked("f", "text",
                                                   show={"answered": answer_to("e")}),
        random=True))  # fmt: skip
    orders = {tuple(shown(q, {"e": 5}, seed=seed)) for seed in range(30)}

    assert {(o[2], o[4], o[5]) for o in orders} == {("c", "e", "f")}
    assert {o[0] for o in orders} == {"a", "b"}


def test_variants_fall_by_their_shares():
    variants = (Variant("a", 3), Variant("b", 1))
    found = Counter(variant_of(variants, seed) for seed in range(2_000))

    assert 1_400 < found["a"] < 1_600
    assert variant_of((), 5) == ""


def test_a_rule_can_ask_for_the_variant_and_the_language():
    q = made(page("p", asked("q1", "text", show={"==": [{"variant": []}, "b"]}),
                  asked("q2", "text", show={"==": [{"language": []}, "en"]}),
                  asked("q3", "text")))  # fmt: skip

    assert shown(q, variant="b", language="ko") == ["q1", "q3"]
    assert shown(q, variant="a", language="en") == ["q2", "q3"]


def test_what_a_link_tells_is_known_from_the_start_and_shown_nowhere():
    q = made(
        page("p1", asked("q1", "text", show={"==": [answer_to("tier"), "gold"]}),
             asked("q2", "text")),
        page("p2", asked("tier", "hidden", default="silver")),
    )  # fmt: skip

    assert shown(q, {"tier": "gold"}) == ["q1", "q2"]
    assert shown(q) == ["q2"]
    assert cleaned(q, State())["tier"] == "silver"


def test_a_page_of_words_alone_is_shown_but_not_one_whose_questions_are_hidden():
    words = page("w", asked("s1", "section"))
    empty = page("e", asked("s2", "section"),
                 asked("q", "text", show={"==": [1, 2]}))  # fmt: skip

    assert keys(made(words, empty, page("p", asked("x", "text")))) == ["w", "p"]


def test_quotas_count_by_what_counts():
    q = made(
        page("p", asked("q1", "single", options=YES_NO)),
        quotas=[{"id": "yes", "limit": 5, "when": {"==": [answer_to("q1"), "yes"]}},
                {"id": "all", "limit": 9}],
    )  # fmt: skip

    assert [one.id for one in flow.quotas(q, State({"q1": "yes"}))] == ["yes", "all"]
    assert [one.id for one in flow.quotas(q, State({"q1": "no"}))] == ["all"]


@settings(max_examples=25, deadline=None)
@given(responses())
def test_every_path_can_be_walked_step_by_step(response):
    q, answers, seed = response
    state = State(answers, seed=seed)
    found = flow.walked(q, state)
    key, steps = "", []
    while isinstance(after := flow.step_after(q, state, key), flow.Step):
        steps.append(after)
        key = after.key

    assert tuple(steps) == found.steps
    assert after == found.end
    assert len({step.key for step in steps}) == len(steps)


@settings(max_examples=25, deadline=None)
@given(responses())
def test_only_what_was_asked_counts_and_cleaning_again_changes_nothing(response):
    q, answers, seed = response
    state = State(answers, seed=seed)
    clean = cleaned(q, state)
    again = dataclasses.replace(state, answers=clean)
    asked_for = {one.id for step in flow.path(q, again) for one in step.questions}
    silent = {one.id for one in q.questions() if one.type == Type.HIDDEN}

    assert cleaned(q, again) == clean
    assert {key.split(":")[0].rstrip("?") for key in clean} <= asked_for | silent
    assert beside_path(q, again) == ()
