"""Files of all kinds give their pages; broken ones give what they can and say why."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from moksori.collect.paper.reading.files import PageImage, kind_of, page_at, pages_of
from moksori.collect.paper.reading.troubles import Trouble, Why


def picture(width: int = 827, height: int = 1169, number: int = 1) -> Image.Image:
    """A page with a black corner at the upper left and a bar for its number."""
    page = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, width // 10, height // 10), fill=0)
    draw.rectangle((width // 2, 50, width // 2 + 20 * number, 80), fill=0)
    noise = np.random.default_rng(number).integers(0, 12, (height, width))
    return Image.fromarray(
        (np.array(page) - np.minimum(noise, np.array(page))).astype("uint8")
    )


def saved(page: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    page.save(out, kind, **options)
    return out.getvalue()


def pdf_of(pages: list[Image.Image], **options: object) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595.2, 841.9), **options)
    for page in pages:
        canvas.drawImage(ImageReader(page), 0, 0, 595.2, 841.9)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def read(content: bytes | Path) -> tuple[list[PageImage], list[Trouble]]:
    found = list(pages_of(content, "scan"))
    return (
        [one for one in found if isinstance(one, PageImage)],
        [one for one in found if isinstance(one, Trouble)],
    )


def test_a_pdf_of_scans_keeps_the_points_of_its_pictures() -> None:
    pages, troubles = read(pdf_of([picture(number=1), picture(number=2)]))

    assert not troubles
    assert [one.page for one in pages] == [1, 2]
    assert abs(pages[0].grey.shape[1] - 827) <= 1
    assert pages[0].dpi == pytest.approx(100, abs=0.5)
    assert pages[0].grey[20, 20] < 20
    # Not resampled: the edge of the black corner is as sharp as it was.
    assert pages[0].grey[50, 90] > 230


def test_a_drawn_pdf_is_drawn_finely_enough() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 100, "A form that was printed to a file")
    canvas.save()

    (page,), troubles = read(out.getvalue())

    assert not troubles
    assert 200 <= page.dpi <= 300


def test_an_encrypted_pdf_says_so() -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_of([picture()]))) as document:
        document.save(locked, encryption=pikepdf.Encryption(user="a", owner="b"))

    assert read(locked.getvalue()) == ([], [Trouble(Why.ENCRYPTED, "scan")])


def test_a_torn_pdf_gives_the_photos_that_are_left() -> None:
    whole = io.BytesIO()
    photos = [saved(picture(number=one), "JPEG", quality=90) for one in (1, 2, 3)]
    canvas = Canvas(whole, pagesize=(595, 842))
    for photo in photos:
        canvas.drawImage(ImageReader(io.BytesIO(photo)), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    # reportlab wraps photos in text; scanners write them as they are.
    binary = io.BytesIO()
    with pikepdf.open(whole) as document:
        for page, photo in zip(document.pages, photos, strict=True):
            (image,) = page.get_images().values()
            image.write(photo, filter=pikepdf.Name.DCTDecode)
        document.save(binary)

    pages, troubles = read(binary.getvalue()[: int(len(binary.getvalue()) * 0.6)])

    assert pages
    assert [one.why for one in troubles][-1] == Why.TORN_FILE


def test_a_fax_has_square_points_again() -> None:
    page = picture(1728, 1145).convert("1")
    (one,), troubles = read(saved(page, "TIFF", compression="group4", dpi=(204, 98)))

    assert not troubles
    assert one.is_bilevel
    assert one.grey.shape == (round(1145 * 204 / 98), 1728)


def test_a_tiff_gives_all_pages_and_a_torn_one_what_is_left() -> None:
    first, *rest = [picture(number=one).convert("1") for one in (1, 2, 3)]
    whole = saved(
        first, "TIFF", save_all=True, append_images=rest, compression="group4"
    )

    pages, troubles = read(whole)
    assert [one.page for one in pages] == [1, 2, 3]
    assert not troubles

    pages, troubles = read(whole[: int(len(whole) * 0.5)])
    assert len(pages) < 3 or any(one.is_torn for one in pages)
    assert troubles


def test_a_torn_jpeg_gives_its_upper_part() -> None:
    whole = saved(picture(), "JPEG", quality=90)

    (page,), troubles = read(whole[: len(whole) // 2])

    assert page.is_torn
    assert page.grey[20, 20] < 20
    assert [one.why for one in troubles] == [Why.TORN_PAGE]


@pytest.mark.parametrize("turn", [1, 2, 3, 4, 5, 6, 7, 8])
def test_a_photo_is_turned_as_its_camera_says(turn: int) -> None:
    upright = picture(400, 600)
    undone = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for step in undone.get(turn, []):
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = turn

    (page,), _troubles = read(saved(stored, "JPEG", quality=95, exif=exif))

    assert page.grey.shape == (600, 400)
    assert page.grey[10, 10] < 40
    assert page.grey[-10, -10] > 200
    assert page.grey[10, -10] > 200


def test_heic_cmyk_palette_and_sixteen_bits() -> None:
    heic = io.BytesIO()
    pillow_heif.from_pillow(picture(400, 600).convert("RGB")).save(heic)
    deep = Image.fromarray(np.array(picture(400, 600)).astype("uint16") * 257)
    clear = picture(400, 600).convert("RGBA")
    clear.putalpha(Image.eval(picture(400, 600), lambda grey: 255 - grey))
    for content in (
        heic.getvalue(),
        saved(picture(400, 600).convert("CMYK"), "JPEG"),
        saved(picture(400, 600).convert("P"), "PNG"),
        saved(deep, "PNG"),
        saved(deep, "TIFF"),
        saved(clear, "PNG"),
    ):
        (page,), troubles = read(content)

        assert not troubles
        assert page.grey.dtype == np.uint8
        assert page.grey[10, 10] < 60
        assert page.grey[-10, -10] > 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n",
        b"GIF89a" + bytes(100),
        b"BM" + bytes(100),
        b"PK\x03\x04" + bytes(100),
    ],
)
def test_what_is_no_scan_is_not_opened(content: bytes) -> None:
    assert kind_of(content) is None
    why = Why.NOT_A_SCAN if content else Why.EMPTY_FILE
    assert read(content) == ([], [Trouble(why, "scan")])


@pytest.mark.parametrize(
    "head",
    [
        b"%PDF-1.7\n",
        b"II*\0",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"\0\0\0\x18ftypheic",
    ],
)
def test_rubbish_with_the_right_beginning_says_that_it_is_torn(
    head: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    rubbish = head + np.random.default_rng(1).bytes(4000)

    pages, troubles = read(rubbish)

    assert not pages
    assert troubles
    assert capfd.readouterr() == ("", "")


def test_a_page_can_be_had_again() -> None:
    whole = pdf_of([picture(number=1), picture(number=2)])

    again = page_at(whole, "scan", 2)

    assert isinstance(again, PageImage)
    assert again.page == 2
    missing = page_at(whole, "scan", 7)
    assert isinstance(missing, Trouble)


_MEASURE = """
import re, sys
from pathlib import Path
from moksori.collect.paper.reading.files import PageImage, pages_of
found = [one if not isinstance(one, PageImage) else one.grey.shape
         for one in pages_of(Path(sys.argv[1]), "big")]
print(len(found), found[-1])
status = Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024)
"""


def measured(path: Path) -> tuple[str, int]:
    """What came out, and the most memory (MB) that a process of its own took.

    From VmHWM: ru_maxrss begins with what the process that forked it had taken.
    """
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    what, memory = done.stdout.splitlines()
    return what, int(memory)


def test_four_hundred_pages_take_no_more_room_than_one(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    photo = picture(827, 1169)
    path.write_bytes(pdf_of([photo] * 400))

    what, memory = measured(path)

    assert what.startswith("400 ")
    assert memory < 500


def test_a_photo_of_200_megapixels_is_reduced_while_it_is_decoded(
    tmp_path: Path,
) -> None:
    path = tmp_path / "huge.jpg"
    Image.new("L", (16_320, 12_240), 200).save(path, "JPEG", quality=30)

    what, memory = measured(path)

    assert what.startswith("1 (3060, 4080)")
    assert memory < 500


def test_what_cannot_be_reduced_says_how_large_it_is(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (16_320, 12_240), 1).save(path, "PNG")

    (trouble,) = read(path)[1]

    assert trouble.why == Why.TOO_LARGE
    assert dict(trouble.facts) == {"megapixels": 200, "most": 60}
