from __future__ import annotations

import io
import time
from contextlib import suppress

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from moksori.base.testing.makers import Team
from moksori.collect import writes
from moksori.collect.models import Batch, Feedback, Source
from moksori.collect.records import prepared
from moksori.collect.rows import records
from moksori.collect.tables import Unreadable, read_table
from moksori.collect.tables.suggest import suggest_mapping
from moksori.collect.tests.corpus import CASES, Case
from moksori.collect.tests.files import imported, stage
from moksori.collect.tests.makers import make_source
from moksori.collect.writes.imports import begin

SECONDS = 5  # on an idle machine; CI machines are busy
PATIENCE = 6


@pytest.fixture
def source(team: Team) -> Source:
    return make_source(team.ours, "온갖 파일")


def _names(*, good: bool) -> list[str]:
    return [name for name, case in CASES.items() if (case.added is not None) == good]


@pytest.mark.parametrize("name", _names(good=True))
def test_an_odd_file_is_read(name: str, team: Team, source: Source) -> None:
    case = CASES[name]
    content = case.make()
    started = time.monotonic()
    batch = imported(content, source, team.ada, case.name)

    assert time.monotonic() - started < SECONDS * PATIENCE
    assert batch.state == Batch.State.DONE, batch.message
    assert (batch.added, batch.refused, batch.flagged) == (
        case.added,
        case.refused,
        case.flagged,
    )
    if case.text:
        assert Feedback.objects.filter(text__contains=case.text).exists()


@pytest.mark.parametrize("name", _names(good=False))
def test_a_bad_file_is_refused_with_a_reason(
    name: str, team: Team, source: Source
) -> None:
    case = CASES[name]
    content = case.make()
    started = time.monotonic()
    error = _refusal(case, content, team, source)

    assert time.monotonic() - started < SECONDS * PATIENCE
    with translation.override("en"):
        assert case.says in str(error.message)
    with translation.override("ko"):
        if translation.gettext(error.template) != error.template:  # once built
            assert case.says_ko in str(error.message)
    assert not Feedback.objects.exists()


def _refusal(case: Case, content: bytes, team: Team, source: Source) -> Unreadable:
    try:
        batch = stage(content, source, team.ada, case.name)
        begin(batch, by=team.ada)
    except Unreadable as error:
        return error
    batch = writes.run_import(batch.pk)
    assert batch.state == Batch.State.FAILED
    return Unreadable(batch.problem["template"], **batch.problem["facts"])


def test_a_refused_file_leaves_no_batch_and_no_upload(
    team: Team, source: Source
) -> None:
    with pytest.raises(Unreadable):
        stage(b"", source, team.ada)

    assert not Batch.objects.exists()
    assert not list(writes.staging.folder().iterdir())


def test_the_worker_survives_a_reader_that_eats_all_memory(
    team: Team, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES["xlsx grid bomb"]
    path = writes.staging.folder() / "bomb"
    path.write_bytes(case.make())
    # Without its guard, the parser asks for half a terabyte and aborts.
    code = (
        "import moksori.collect.tables.archive as a; a.MAX_GRID = 10**20;"
        "import runpy; runpy.run_module('moksori.collect.child', run_name='__main__')"
    )
    monkeypatch.setattr("moksori.collect.reader.CHILD", ("-c", code))

    with pytest.raises(Unreadable, match=r"memory|메모리"):
        writes.staging.reader.preview(
            path, name="a.xlsx", options=writes.staging.FileOptions()
        )


PIECES = st.sampled_from(
    [
        *('"', ",", "\n", "\r\n", ";", "\t", "의견", "날짜", "5", "2026-03-01", "\x00"),
        *(
            '{"a": 1}',
            "[",
            "}",
            "한글\u1100\u1161",
            "a" * 300,
            " ",
            "\ufeff",
            "=",
            "😀",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=3_000),
        st.lists(PIECES, max_size=80).map(lambda parts: "".join(parts).encode()),
        st.lists(PIECES, max_size=80).map(
            lambda parts: "".join(parts).encode("cp949", "replace")
        ),
        st.tuples(
            st.sampled_from(sorted(CASES)), st.integers(0, 2_000), st.binary(max_size=9)
        ).map(lambda cut: _spoilt(*cut)),
    )
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(Unreadable):
        table = read_table(io.BytesIO(content), name="x.csv")
        for _number, outcome in records(table, suggest_mapping(table)):
            if outcome.record is not None:
                prepared(outcome.record)


SMALL = {
    name: case.make()
    for name, case in CASES.items()
    if name not in {"xlsx zip bomb", "xlsx grid bomb", "gzip bomb"}
    and not name.endswith("MB")
}


def _spoilt(name: str, place: int, dirt: bytes) -> bytes:
    """A file of the corpus with a few bytes overwritten."""
    content = SMALL.get(name, b"")
    return content[:place] + dirt + content[place + len(dirt) :]
