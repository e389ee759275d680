"""Pages of others: letters, invoices, forms with marks and codes, and pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pypdfium2
import segno
from numpy.typing import NDArray

from bench.paper import other_forms
from bench.paper.forms import FINE, draw_mark, stamp
from moksori.collect.paper.codes import code_text, new_key
from moksori.collect.paper.layout import Rect

Dice = np.random.Generator
Grey = NDArray[np.uint8]

_SIZE = (round(297 * FINE), round(210 * FINE))
_TEXT = (
    "we thank you for your letter of last month and confirm the delivery of the goods "
    "귀하의 무궁한 발전을 기원합니다 계약 금액 합계 부가세 공급가액 품목 수량 단가 "
    "비고 성명 주소 연락처 생년월일 신청인 서명 날짜 확인 제출 서류 접수 번호"
)
_WORDS = _TEXT.split()


def _phrase(dice: Dice, count: int) -> str:
    return " ".join(str(one) for one in dice.choice(_WORDS, count))


@cache
def _written(number: int) -> Grey:
    """A page laid out by WeasyPrint; twelve of each of four kinds."""
    import weasyprint  # noqa: PLC0415 - slow to load

    dice = np.random.default_rng([number, 9])
    body = (_letter, _invoice, _application, _test)[number % 4](dice)
    style = "@page{size:A4;margin:18mm}body{font:11pt Noto Sans CJK KR}td,th{border:.3mm solid;padding:1.5mm}table{border-collapse:collapse;width:100%}.b{display:inline-block;width:4mm;height:4mm;border:.28mm solid;margin:1mm 2mm}"  # noqa: E501
    pdf = weasyprint.HTML(string=f"<style>{style}</style>{body}").write_pdf()
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0]
    drawn = page.render(scale=FINE * 25.4 / 72, grayscale=True).to_numpy()
    return cv2.resize(np.array(drawn).reshape(drawn.shape[:2]), _SIZE[::-1])


def _letter(dice: Dice) -> str:
    return "".join(
        f"<p>{_phrase(dice, int(dice.integers(20, 90)))}</p>" for _p in range(6)
    )


def _invoice(dice: Dice) -> str:
    rows = "".join(
        f"<tr><td>{n}<td>{_phrase(dice, 3)}<td>{dice.integers(1, 99)}"
        f"<td>{dice.integers(1000, 999999):,}</tr>"
        for n in range(int(dice.integers(8, 22)))
    )
    return f"<h1>{_phrase(dice, 2)}</h1><table>{rows}</table><p>{_phrase(dice, 30)}"


def _application(dice: Dice) -> str:
    lines = "".join(
        f"<tr><th>{_phrase(dice, 1)}<td style='width:70%;height:8mm'></tr>"
        for _line in range(12)
    )
    return f"<h2>{_phrase(dice, 3)}</h2><table>{lines}</table>" + _boxes(dice, 4)


def _test(dice: Dice) -> str:
    return "".join(
        f"<p>{n}. {_phrase(dice, 8)}</p>" + _boxes(dice, 5) for n in range(9)
    )


def _boxes(dice: Dice, count: int) -> str:
    return "".join(f"<span class=b></span>{_phrase(dice, 1)}" for _box in range(count))


def document(dice: Dice) -> Grey:
    return _written(int(dice.integers(48))).copy()


def _corners(page: Grey, dice: Dice, number: int, *, any_size: bool = False) -> None:
    side = float(dice.uniform(6, 14)) if any_size else 9.0
    for corner, (x, y) in enumerate(
        [(10, 10), (200 - side, 10), (200 - side, 287 - side), (10, 287 - side)]
    ):
        draw_mark(page, Rect(x, y, side, side), 4 * number + corner)


def other_marks(dice: Dice) -> Grey:
    """Corner marks of another family, and a code with an address."""
    page = document(dice)
    kinds = (
        cv2.aruco.DICT_4X4_50,
        cv2.aruco.DICT_6X6_250,
        cv2.aruco.DICT_APRILTAG_36h11,
    )
    family = cv2.aruco.getPredefinedDictionary(int(dice.choice(kinds)))
    side = round(9 * FINE)
    for x, y in ((10, 10), (191, 10), (191, 278), (10, 278)):
        mark = cv2.aruco.generateImageMarker(family, int(dice.integers(30)), side)
        page[round(y * FINE) :, round(x * FINE) :][:side, :side] = mark
    stamp(page, Rect(165, 11, 18, 18), f"https://forms.example/{new_key(8)}")
    return page


def our_marks(dice: Dice) -> Grey:
    """Marks of the same family in the same places, with a code of another program."""
    page = document(dice)
    _corners(page, dice, int(dice.integers(4)), any_size=bool(dice.random() < 0.5))
    texts = (
        f"V1.{new_key(6)}.{new_key(8)}.1",
        f"{dice.integers(10**12)}",
        "MECARD:N:Kim;;",
    )
    stamp(page, Rect(165, 11, 18, 18), str(dice.choice(texts)))
    return page


def marks_only(dice: Dice) -> Grey:
    page = document(dice)
    _corners(page, dice, int(dice.integers(25)))
    return page


def other_secret(dice: Dice) -> Grey:
    """A code like ours with the right form, signed by somebody else."""
    sheets = other_forms.printed(int(dice.integers(other_forms.COUNT)))
    page = sheets.blanks[0].copy()
    text = code_text(dice.bytes(32), sheets.form.key, new_key(8), 1)
    stamp(page, sheets.form.layout.code, text)
    return page


def changed_code(dice: Dice) -> Grey:
    """A code of ours with one letter changed."""
    sheets = other_forms.printed(int(dice.integers(other_forms.COUNT)))
    page = sheets.blanks[0].copy()
    text = code_text(sheets.form.secret, sheets.form.key, new_key(8), 1)
    at = int(dice.integers(len(text)))
    letter = str(dice.choice(list("BCDFGHJKMNPQRSTVWXYZ23456789")))
    if letter == text[at]:
        letter = "4" if letter != "4" else "5"
    stamp(page, sheets.form.layout.code, text[:at] + letter + text[at + 1 :])
    return page


def unknown_form(dice: Dice) -> Grey:
    """Printed by another Moksori."""
    sheets = other_forms.printed(int(dice.integers(other_forms.COUNT)))
    page = sheets.blanks[0].copy()
    secret = dice.bytes(32)
    stamp(page, sheets.form.layout.code, code_text(secret, new_key(6), new_key(8), 1))
    return page


def code_on_letter(dice: Dice) -> Grey:
    """A code of ours that was cut out and glued on a letter."""
    sheets = other_forms.printed(int(dice.integers(other_forms.COUNT)))
    page = document(dice)
    text = code_text(sheets.form.secret, sheets.form.key, new_key(8), 1)
    stamp(page, Rect(165, 11, 18, 18), text)
    return page


def any_code(dice: Dice) -> Grey:
    """An invoice with a code to pay, or a bar code."""
    page = document(dice)
    size = float(dice.uniform(12, 45))
    matrix = segno.make_qr(_phrase(dice, 12), error="m").matrix
    modules = np.where(np.array([list(row) for row in matrix]) > 0, 0, 255)
    side = round(size * FINE)
    drawn = cv2.resize(
        modules.astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST
    )
    x, y = int(dice.uniform(10, 150) * FINE), int(dice.uniform(10, 240) * FINE)
    page[y : y + side, x : x + side] = drawn
    return page


def clouds(dice: Dice) -> Grey:
    """A photograph of nothing in particular: noise of all sizes."""
    picture = np.zeros((1600, 1200), np.float32)
    for power in range(2, 9):
        cells = dice.normal(0, 1, (2**power, 2**power)).astype(np.float32)
        large = cv2.resize(cells, (1200, 1600), interpolation=cv2.INTER_CUBIC)
        picture += large / 2 ** (power * dice.uniform(0.2, 0.9))
    spread = picture.std() + 1e-6
    return np.clip(128 + 50 * (picture - picture.mean()) / spread, 0, 255).astype(
        np.uint8
    )


def chequers(dice: Dice) -> Grey:
    """Tiles, windows, keyboards: squares in squares."""
    cells = int(dice.integers(8, 60))
    board = (dice.random((cells, cells)) < 0.5).astype(np.uint8) * 255
    picture = cv2.resize(board, (1400, 1400), interpolation=cv2.INTER_NEAREST)
    noise = dice.normal(0, 12, picture.shape)
    return np.clip(picture * 0.8 + 25 + noise, 0, 255).astype(np.uint8)


def empty(dice: Dice) -> Grey:
    return np.full(_SIZE, int(dice.integers(235, 256)), np.uint8)


KINDS: dict[str, Callable[[Dice], Grey]] = {
    "letter, invoice, application, test": document,
    "marks of another family": other_marks,
    "our marks, other code": our_marks,
    "our marks, no code": marks_only,
    "our form, other secret": other_secret,
    "our form, a letter of the code changed": changed_code,
    "form of another Moksori": unknown_form,
    "our code on a letter": code_on_letter,
    "code to pay or of anything": any_code,
    "photo of nothing": clouds,
    "squares": chequers,
    "empty paper": empty,
}
PICTURES = ("photo of nothing", "squares")  # need no scanner
