"""Each sheet has its own codes, and everything else only once."""

from __future__ import annotations

import io
import time

import pikepdf
import pypdfium2
import zxingcpp

from moksori.collect.paper.codes import code_from, new_key
from moksori.collect.paper.printing import Copy, stamped
from moksori.collect.paper.printing.notes import note_of
from moksori.collect.paper.printing.tests.drawn import everything, picture, words_on
from moksori.collect.questionnaires.reading import questionnaire_from
from moksori.collect.tests.surveys import EVERYTHING, SHORT

SECRET = b"s" * 32


def test_the_code_of_every_page_says_form_sheet_and_page() -> None:
    form = everything("a4-ko")
    sheets = [Copy(new_key(8)) for _sheet in range(3)]
    pdf = stamped(form.pdf, form.layout, SECRET, "BCDFGH", sheets)
    pages = form.layout.pages
    for n, sheet in enumerate(sheets):
        for page in range(1, pages + 1):
            image = picture(pdf, n * pages + page, 150)
            [found] = zxingcpp.read_barcodes(image)
            code = code_from(found.text)
            assert code is not None
            assert (code.form, code.sheet, code.page) == ("BCDFGH", sheet.key, page)
            assert code.is_ours(SECRET)
            assert not code.is_ours(b"t" * 32)


def test_the_code_stands_where_the_layout_says() -> None:
    form = everything("a4-ko")
    pdf = stamped(form.pdf, form.layout, SECRET, "BCDFGH", [Copy("BCDFGHJK")])
    [found] = zxingcpp.read_barcodes(picture(pdf, 1, 300))
    scale, place = 300 / 25.4, form.layout.code
    corner = found.position.top_left
    assert abs(corner.x / scale - place.x) < 0.5
    assert abs(corner.y / scale - place.y) < 0.5


def test_notes_and_names_stand_on_the_first_page_and_can_be_read_aloud() -> None:
    form = everything("a4-ko")
    note = "김민지 님께 드립니다. 뷁"
    sheets = [Copy("BCDFGHJK", note), Copy(new_key(8))]
    pdf = stamped(form.pdf, form.layout, SECRET, "BCDFGH", sheets)
    assert words_on(pdf).count(note) == 1
    assert words_on(pdf).count("BCDF GHJK") == form.layout.pages


def test_a_long_name_stays_in_its_place() -> None:
    form = everything("a4-ko")
    blank = stamped(form.pdf, form.layout, SECRET, "BCDFGH", [Copy("BCDFGHJK")])
    long = Copy("BCDFGHJK", "아주긴이름" * 60)
    pdf = stamped(form.pdf, form.layout, SECRET, "BCDFGH", [long])
    before, after = picture(blank, 1, 100), picture(pdf, 1, 100)
    place = form.layout.note
    assert place is not None
    scale = 100 / 25.4
    rows = (before != after).any(axis=1).nonzero()[0]
    columns = (before != after).any(axis=0).nonzero()[0]
    assert rows[0] / scale >= place.y - 0.3
    assert rows[-1] / scale <= place.bottom + 0.6
    assert columns[-1] / scale <= place.right + 0.3


def test_an_anonymous_sheet_says_so_and_does_not_lie_where_it_asks_for_addresses() -> (
    None
):
    plain, asking = questionnaire_from(SHORT), questionnaire_from(EVERYTHING)
    assert note_of(plain, "ko").endswith("아무도 알 수 없습니다.")
    assert "연락처를 적으신 분" in note_of(asking, "ko")
    assert "Nobody can see" in note_of(plain, "en")
    assert note_of(plain, "ko", "김민지").startswith("김민지 님")


def test_a_thousand_sheets_are_quick_and_small() -> None:
    form = everything("letter-two-en")
    pages = 1_000 * form.layout.pages
    assert pages >= 2_000
    sheets = [Copy(new_key(8), "Nobody can see who answered.") for _n in range(1_000)]
    started = time.process_time()
    pdf = stamped(form.pdf, form.layout, SECRET, "BCDFGH", sheets)
    assert time.process_time() - started < 20
    assert len(pdf) < 5_000 * len(sheets)
    with pikepdf.open(io.BytesIO(pdf)) as found:
        assert len(found.pages) == pages
    document = pypdfium2.PdfDocument(pdf)
    document[pages - 1].render(scale=1)
    document.close()
