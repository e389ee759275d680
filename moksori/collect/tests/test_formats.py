"""Questionnaires to and from other programs: all the way, and back."""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from moksori.base.errors import NotFound, TooLarge, UserError
from moksori.collect.questionnaires.definition import Questionnaire, Type
from moksori.collect.questionnaires.formats import KINDS, formats, read, write
from moksori.collect.questionnaires.formats.infix import Unknown
from moksori.collect.questionnaires.formats.kept import flat, unflat
from moksori.collect.questionnaires.formats.names import Names
from moksori.collect.questionnaires.formats.surveyjs.rules import (
    understood as surveyjs_rule,
)
from moksori.collect.questionnaires.formats.text import from_html
from moksori.collect.questionnaires.formats.xlsform.rules import (
    understood as xlsform_rule,
)
from moksori.collect.questionnaires.reading import Malformed, questionnaire_from
from moksori.collect.questionnaires.templates import templates
from moksori.collect.questionnaires.tests.makers import (
    answer_to,
    asked,
    definitions,
    made,
    page,
)
from moksori.collect.questionnaires.writing import to_json
from moksori.collect.tables.messages import Unreadable

OTHERS = KINDS[1:]
# The same draws each time: a suite that fails is to fail for everybody.
WIDE = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
# What breaks files: markup, formulas, line ends, direction marks, control characters.
NASTY = st.text(min_size=1, max_size=20) | st.sampled_from(
    ["=1+1", "<b>굵게</b> & 끝", "a\r\nb\tc", " 앞뒤 ", "{q0_0|고객}님", "]]>",
     "${q0_0}",
     "\u202e거꾸로", "\x01\x0b", "_x0041_", "1", "true", "가" * 3000, "\ufffe", "&amp;"]
)  # fmt: skip


def _with_words(found: dict[str, Any], draw: Any) -> dict[str, Any]:
    """Other words in all places, in two languages; earlier answers on later pages."""
    words = {"ko": draw(NASTY), "en": draw(NASTY)}
    found["title"], found["thanks"], found["languages"] = words, words, ["ko", "en"]
    for n, one in enumerate(found["pages"]):
        nasty = NASTY if n else NASTY.map(lambda text: text.replace("{", "("))
        one["title"] = {"en": draw(nasty)}
        for question in one["questions"]:
            question["text"] = {"ko": draw(nasty)}
            question["help"] = {"en": draw(nasty)}
            question["options"] = [
                {**option, "text": {"ko": draw(nasty)}}
                for option in question.get("options", ())
            ]
    return found


@st.composite
def questionnaires(draw: Any) -> Questionnaire:
    found = draw(definitions())
    try:
        return questionnaire_from(_with_words(found, draw))
    except Malformed:  # words that are blank, or no database keeps
        return questionnaire_from({**draw(definitions()), "languages": ["ko"]})


@pytest.mark.parametrize("kind", KINDS)
@WIDE
@given(data=st.data())
def test_whatever_is_written_comes_back_the_same(kind: str, data: Any) -> None:
    q = data.draw(questionnaires())
    content, _remarks = write(q, kind)

    # A language with nothing said in it is as good as none.
    assert to_json(read(content)[0]) == to_json(q)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("template", templates(), ids=lambda one: one.id)
def test_a_template_goes_there_and_back_without_loss(kind, template):
    content, remarks = write(template.questionnaire, kind)
    again, lost = read(content)

    assert again == template.questionnaire
    assert lost == ()
    assert all(str(remark) for remark in remarks)


SUBSET = made(
    page(
        "first",
        asked("nps", "nps", required=True),
        asked("why", "long_text"),
        asked("pick", "single", random=True),
        asked("many", "multiple", least=1, most=2),
        asked("table", "matrix"),
        asked("order", "ranking"),
        asked("age", "number", low=0, high=120),
        asked("day", "date"),
        asked("name", "text"),
        asked("photo", "photo", most=1),
        asked("words", "section"),
    ),
    page("second", asked("more", "text", show={">": [answer_to("nps"), 8]})),
    page("third", asked("last", "csat", show={"contains": [answer_to("many"), "a"]})),
    languages=["ko"],
)


@pytest.mark.parametrize("kind", OTHERS)
def test_a_stranger_understands_the_documented_subset(kind):
    content, _remarks = write(SUBSET, kind)

    stranger = _without_what_is_ours(content, kind)
    again, _lost = read(stranger)

    found = {question.id: question for question in again.questions()}
    assert list(found) == [question.id for question in SUBSET.questions()]
    for question in SUBSET.questions():
        assert found[question.id].type == question.type
        assert found[question.id].text == question.text
        assert found[question.id].show == question.show
        assert [o.text for o in found[question.id].options] == [
            o.text for o in question.options
        ]


def _without_what_is_ours(content: bytes, kind: str) -> bytes:
    if kind == "surveyjs":
        form = json.loads(content)
        form.pop("moksori", None)
        return json.dumps(form).encode()
    if kind == "limesurvey":
        head, _mark, rest = content.partition(b"<moksori>")
        return head + rest.partition(b"</moksori>")[2]
    book = load_workbook(io.BytesIO(content))
    if "moksori" in book.sheetnames:
        del book["moksori"]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_text_that_was_changed_there_is_the_changed_one_here():
    later = asked("q", "text", text="{q0|고객}님, 왜요?", code="why")
    q = made(page("a", asked("q0", "text")), page("p", later))
    content, _remarks = write(q, "surveyjs")
    form = json.loads(content)
    form["pages"][1]["elements"][0]["title"] = "어째서요?"

    again = read(json.dumps(form).encode())[0].question("q")

    assert again.text.said("ko") == "어째서요?"
    assert again.code == "why"


def test_what_the_other_program_does_not_know_is_said():
    q = made(page("p", asked("q", "consent"), asked("s", "sum")),
             quotas=[{"id": "full", "limit": 3}])  # fmt: skip

    _content, remarks = write(q, "xlsform")

    told = " ".join(map(str, remarks))
    assert {"purpose", "total", "quotas"} <= set(re.findall(r"\w+", told))


SURVEYJS = {
    "title": "Visit",
    "pages": [
        {
            "name": "p1",
            "elements": [
                {"type": "radiogroup", "name": "how was it?",
                 "title": {"default": "How?"},
                 "choices": ["good", {"value": 2, "text": "bad"}],
                 "showOtherItem": True},
                {"type": "panel", "name": "x",
                 "visibleIf": "{how was it?} = 'good'",
                 "elements": [{"type": "boolean", "name": "again"},
                              {"type": "signaturepad", "name": "sign"}]},
                {"type": "text", "name": "odd", "visibleIf": "age({x}) > 3"},
                {"type": "rating", "name": "score", "rateMax": 5, "rateType": "stars"},
            ],
        }
    ],
    "triggers": [{"type": "complete", "expression": "{score} < 2"},
                 {"type": "setvalue", "expression": "{score} < 2"}],
}  # fmt: skip


def test_a_form_of_surveyjs_is_read_as_far_as_it_goes():
    q, remarks = read(json.dumps(SURVEYJS).encode())

    how, again, _odd, score = q.questions()
    assert how.id == "how_was_it"
    assert how.options[-1].is_other
    assert [option.id for option in how.options] == ["good", "o2", "other"]
    assert again.type == Type.SINGLE
    assert again.show == {"==": [answer_to("how_was_it"), "good"]}
    assert score.type == Type.STARS
    assert q.pages[0].go[0].to == "end"
    told = " ".join(map(str, remarks))
    assert {"signaturepad", "age", "setvalue"} <= set(re.findall(r"\w+", told))


def _workbook(**sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_xlsform_is_read_as_far_as_it_goes():
    content = _workbook(
        survey=[
            ["type", "name", "label::English (en)", "label::한국어 (ko)", "relevant",
             "required"],
            ["start", "start", "", "", "", ""],
            ["select_one yn", "smokes", "Do you smoke?", "담배를 피우십니까?", "",
             "yes"],
            ["integer", "count", "How many?", "몇 개비입니까?", "${smokes} = 'y'", ""],
            ["begin group", "home", "Home", "집", "", ""],
            ["geopoint", "where", "Where?", "어디?", "", ""],
            ["begin group", "inner", "", "", "selected(${smokes}, 'n')", ""],
            ["text", "why", "Why, ${smokes}?", "왜입니까?", "", ""],
            ["end group"],
            ["end group"],
        ],
        choices=[["list_name", "name", "label::English (en)", "label::한국어 (ko)"],
                 ["yn", "y", "Yes", "예"], ["yn", "n", "No", "아니요"]],
        settings=[["form_title", "default_language"], ["Smoking", "English (en)"]],
    )  # fmt: skip

    q, remarks = read(content)

    smokes, count, why = q.questions()
    assert q.languages == ("en", "ko")
    assert q.said(q.title, "en") == "Smoking"
    assert smokes.is_required
    assert smokes.options[1].text["ko"] == "아니요"
    assert count.show == {"==": [answer_to("smokes"), "y"]}
    assert why.show == {"contains": [answer_to("smokes"), "n"]}
    assert why.text["en"] == "Why, {smokes}?"
    assert [page.id for page in q.pages] == ["page", "home"]
    assert "geopoint" in str(remarks[0])


def _lss(**tables: list[dict[str, str]]) -> bytes:
    def table(name: str, rows: list[dict[str, str]]) -> str:
        cells = "".join(
            "<row>"
            + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in row.items())
            + "</row>"
            for row in rows
        )
        return f"<{name}><rows>{cells}</rows></{name}>"

    body = "".join(table(name, rows) for name, rows in tables.items())
    return (
        "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>178"
        f"</DBVersion><languages><language>ko</language></languages>{body}</document>"
    ).encode()


def test_a_survey_from_before_version_4_is_read_as_far_as_it_goes():
    ko = {"language": "ko"}
    content = _lss(
        groups=[{"gid": "1", "group_name": "방문", "group_order": "0", **ko}],
        questions=[
            {"qid": "1", "gid": "1", "type": "M", "title": "used", "parent_qid": "0",
             "question": "<p>무엇을 <b>쓰셨습니까</b>?</p>", **ko},
            {"qid": "2", "gid": "1", "type": "L", "title": "nps", "parent_qid": "0",
             "question": "추천?", "question_order": "1", "mandatory": "Y",
             "relevance": 'used_app.NAOK == "Y"', **ko},
            {"qid": "3", "gid": "1", "type": "*", "title": "calc", "parent_qid": "0",
             "question": "x", "question_order": "2", **ko},
            {"qid": "4", "gid": "1", "type": "Y", "title": "ok", "parent_qid": "0",
             "question": "괜찮습니까?", "question_order": "3",
             "relevance": "rand(1, 2) == 1", **ko},
        ],
        subquestions=[
            {"qid": "11", "parent_qid": "1", "title": "app", "question": "앱", **ko},
            {"qid": "12", "parent_qid": "1", "title": "web", "question": "웹", **ko},
        ],
        answers=[
            {"qid": "2", "code": f"{n}", "answer": f"{n}", "sortorder": f"{n}", **ko}
            for n in range(11)
        ],
        surveys_languagesettings=[
            {"surveyls_language": "ko", "surveyls_title": "방문 조사"}
        ],
    )  # fmt: skip

    q, remarks = read(content)

    used, nps, ok = q.questions()
    assert q.said(q.title, "ko") == "방문 조사"
    assert used.text["ko"] == "무엇을 쓰셨습니까?"
    assert [option.id for option in used.options] == ["app", "web"]
    assert nps.type == Type.NPS
    assert nps.is_required
    assert nps.show == {"contains": [answer_to("used"), "app"]}
    assert [option.id for option in ok.options] == ["Y", "N"]
    told = " ".join(map(str, remarks))
    assert {"equation", "rand"} <= set(re.findall(r"\w+", told))


XXE = (
    b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><document>'
    b"<LimeSurveyDocType>Survey</LimeSurveyDocType><q>&x;</q></document>"
)
BOMB = (
    b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><document>'
    b"<LimeSurveyDocType>Survey</LimeSurveyDocType>&b;</document>"
)


def _zip_of(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"{",
        b"[]",
        b"null",
        b'{"pages": ' + b"[" * 100_000,
        b'{"pages": [{"elements": [{"type": "radiogroup", "name": "a"}]}]}',
        b'{"pages": 3}',
        b'{"moksori": 1, "pages": []}',
        b"PK\x03\x04 xl/",
        _zip_of(40_000_000),
        _workbook(survey=[["a", "b"], [1, 2]]),
        _workbook(other=[["type"]]),
        XXE,
        BOMB,
        b"<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>",
        b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>",
    ],
    ids=range(17),
)
def test_what_is_no_questionnaire_is_refused_in_a_sentence(content):
    with pytest.raises(UserError) as refused:
        read(content)

    assert len(str(refused.value)) > 10


def test_a_questionnaire_that_is_too_large_is_refused():
    with pytest.raises(TooLarge):
        read(b" " * 10_000_001)


def test_an_unknown_format_is_not_found():
    with pytest.raises(NotFound, match="limesurvey"):
        write(SUBSET, "word")
    assert set(formats()) == set(KINDS)


@settings(WIDE, max_examples=60)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["pages", "elements", "type", "name", "title", "choices",
                         "visibleIf", "rateMax", "triggers", "moksori", "items"]),
        inner, max_size=5), max_leaves=20))  # fmt: skip
def test_any_json_is_read_or_refused(found):
    content = json.dumps({"pages": [], **found} if isinstance(found, dict) else found)
    try:
        read(content.encode(), "surveyjs")
    except (Unreadable, Malformed):
        return


@settings(WIDE, max_examples=100)
@given(st.text("({})'\"$q1 andornot=<>!.,+-*/selected", max_size=40))
def test_any_rule_is_understood_or_refused(text):
    for understood in (surveyjs_rule, xlsform_rule):
        with contextlib.suppress(Unknown):
            understood(text, Names())


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{a} = 9 and {b} <> 'x' or {c} notempty",
         {"or": [{"and": [{"==": [answer_to("a"), 9]}, {"!=": [answer_to("b"), "x"]}]},
                 {"answered": answer_to("c")}]}),
        ("!({a} contains 'x')", {"not": {"contains": [answer_to("a"), "x"]}}),
        ("{a} anyof ['x', 'y']", {"any_of": [answer_to("a"), ["x", "y"]]}),
        ("{t.row1} > 2 + 3 * 4",
         {">": [{"cell": [answer_to("t"), "row1"]}, {"+": [2, {"*": [3, 4]}]}]}),
        ("iif({a} >= -1, true, false)",
         {"if": [{">=": [answer_to("a"), -1]}, True, False]}),
    ],
)  # fmt: skip
def test_a_rule_of_surveyjs_is_read_with_its_brackets_and_order(text, rule):
    assert surveyjs_rule(text, Names()) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("${a} != ''", {"answered": answer_to("a")}),
        ("selected(${a}, 'x') and not(selected(${a}, 'y'))",
         {"and": [{"contains": [answer_to("a"), "x"]},
                  {"not": {"contains": [answer_to("a"), "y"]}}]}),
        ("count-selected(${a}) div 2 >= 1.5",
         {">=": [{"/": [{"count": answer_to("a")}, 2]}, 1.5]}),
    ],
)  # fmt: skip
def test_a_rule_of_xlsform_is_read(text, rule):
    assert xlsform_rule(text, Names()) == rule


@settings(WIDE, max_examples=20)
@given(definitions())
def test_taking_a_questionnaire_apart_and_together_changes_nothing(found):
    now = to_json(questionnaire_from(found))

    assert unflat(flat(now)) == now


def test_html_becomes_words_without_its_scripts():
    html = "<p>하나 &amp; 둘</p><script>alert(1)</script><br/>셋<style>p{}</style>"

    assert from_html(html) == "하나 & 둘\n셋"


def test_a_place_for_an_answer_that_is_not_there_becomes_plain_words():
    form = {"elements": [{"type": "text", "name": "a", "title": "Dear {nobody}, why?"}]}

    q, remarks = read(json.dumps(form).encode())

    assert q.question("a").text.said("en") == "Dear [nobody], why?"
    assert "nobody" in str(remarks[0])


def test_no_cell_is_a_formula():
    q = made(page("p", asked("q", "text", text="=HYPERLINK(1)")))
    content, _remarks = write(q, "xlsform")

    cells = [
        cell for row in load_workbook(io.BytesIO(content))["survey"] for cell in row
    ]
    assert [cell.data_type for cell in cells if cell.value == "=HYPERLINK(1)"] == ["s"]
