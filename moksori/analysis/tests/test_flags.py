"""What is dangerous raises a flag; what only sounds like it does not."""

from pathlib import Path

import pytest

from moksori.analysis.flags import FLAGS, PEOPLE, URGENT, flag_names, flags, flags_of

CORPUS = Path(__file__).parent / "flags.tsv"


def labelled() -> list[tuple[str, frozenset[str]]]:
    """Texts and the flags that a reader would raise."""
    out = []
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        first, text, *more = line.split("\t")
        out.append((text, frozenset({first, *more} - {""})))
    return out


def test_the_corpus_is_large_and_half_harmless() -> None:
    rows = labelled()
    assert len(rows) >= 120
    assert len({text for text, _ in rows}) == len(rows)
    assert sum(not names for _, names in rows) >= 60
    assert all(any(name in names for _, names in rows) for name in FLAGS)


@pytest.mark.parametrize("name", FLAGS)
def test_hardly_anything_dangerous_is_missed(name: str) -> None:
    rows = [text for text, names in labelled() if name in names]
    missed = [text for text in rows if name not in flag_names(flags(text))]
    assert len(missed) <= 0.03 * len(rows), missed


def test_few_alarms_are_false() -> None:
    rows = labelled()
    raised = [(text, name) for text, _ in rows for name in flag_names(flags(text))]
    right = {(text, name) for text, names in rows for name in names}
    false = [alarm for alarm in raised if alarm not in right]
    assert 1 - len(false) / len(raised) >= 0.95, false


def test_a_column_is_read_as_each_of_its_texts() -> None:
    texts = [text for text, _ in labelled()]
    assert flags_of(texts) == [flags(text) for text in texts]
    assert flags_of([]) == []


def test_one_clause_may_raise_several() -> None:
    found = flags("손을 다쳤어요 당장 연락 주세요")
    assert found == PEOPLE | URGENT
    assert flag_names(found) == ("people", "urgent")


def test_denial_of_one_thing_hides_no_other() -> None:
    assert flag_names(flags("불은 안 났는데 손을 다쳤어요")) == ("people",)
    assert flag_names(flags("no fire, but I broke my wrist")) == ("people",)


def test_the_bits_are_the_stored_ones() -> None:
    """They lie in a column: a changed number would change what was said."""
    assert FLAGS == {"self_harm": 8, "people": 1, "fire": 2, "law": 4, "urgent": 16}
