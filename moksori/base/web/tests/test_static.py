"""What every page loads stays small, readable and at home."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parent.parent / "static" / "web"
HTMX_2_0_11 = "3d6553be673509e52e526683624b4e2b"
CSS = (STATIC / "app.css").read_text(encoding="utf-8")
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--(\w[\w-]*): light-dark\((#\w+), (#\w+)\)", CSS
    )
}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", ("paper", "card", "faint", "mark", "on-hurt", "on-good")),
        ("second", ("paper", "card", "faint", "on-hurt")),
        ("third", ("paper", "card", "faint", "on-hurt")),
        ("hurt", ("paper", "card", "on-hurt")),
        ("good", ("paper", "card", "on-good")),
        ("link", ("paper", "card", "faint", "on-hurt")),
    ],
)
def test_every_text_colour_can_be_read_on_every_ground(
    text: str, grounds: tuple[str, ...], scheme: int
) -> None:
    for ground in grounds:
        found = contrast(TOKENS[text][scheme], TOKENS[ground][scheme])
        assert found >= 4.5, f"{text} on {ground}: {found:.2f}"


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(scheme: int) -> None:
    assert contrast(TOKENS["edge"][scheme], TOKENS["card"][scheme]) >= 3


def test_style_and_script_stay_small() -> None:
    assert len(gzip.compress(CSS.encode())) < 15_000
    assert (STATIC / "app.js").stat().st_size < 10_000
    fonts = sum(file.stat().st_size for file in (STATIC / "fonts").iterdir())
    assert fonts < 4_000_000


def test_htmx_is_the_version_that_was_checked() -> None:
    found = hashlib.md5((STATIC / "htmx.min.js").read_bytes(), usedforsecurity=False)
    assert found.hexdigest() == HTMX_2_0_11


def test_every_font_that_is_named_is_there_and_nothing_comes_from_elsewhere() -> None:
    fonts = (STATIC / "fonts.css").read_text(encoding="utf-8")
    named = set(re.findall(r"url\(fonts/([^)]+)\)", fonts))
    assert named == {file.name for file in (STATIC / "fonts").glob("*.woff2")}
    for text in (fonts, CSS, (STATIC / "app.js").read_text(encoding="utf-8")):
        assert not re.search(r"(?<!xmlns=')https?://(?!www\.w3\.org)", text)


def test_licences_travel_with_what_they_cover() -> None:
    assert "SIL Open Font License" in (STATIC / "fonts" / "LICENSE.txt").read_text()
    licences = (STATIC / "licences.txt").read_text(encoding="utf-8")
    assert "htmx 2.0.11" in licences
    assert "Lucide" in licences
