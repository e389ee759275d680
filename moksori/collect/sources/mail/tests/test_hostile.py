"""Mails made to keep a reader busy, or to break it: all are read, soon and whole."""

from __future__ import annotations

import random
import time

import pytest

from moksori.collect.sources.mail.bounces import bounces
from moksori.collect.sources.mail.html import text_of_html
from moksori.collect.sources.mail.message import MOST_TEXT, read_mail
from moksori.collect.sources.mail.quotes import own_words
from moksori.collect.sources.mail.shown import shown
from moksori.collect.sources.mail.tests.corpus import corpus

SOON = 5.0  # seconds of one core, of which an idle one needs less than a tenth
WORDS = "배송이 사흘이나 늦었습니다."
LINES = {
    "colons": ":" * 200_000,
    "dashes": "-" * 200_000,
    "senders": "From: a " * 20_000,
    "marks": ">" * 200_000,
    "addresses": "a@b." * 50_000,
    "local part": "a" * 200_000,
    "brackets": "[cid:" * 40_000,
    "blanks": " " * 200_000 + "x",
    "announcements": "a@b.c:\n\n" * 20_000,
    "answers between": "> a\nb\n" * 30_000,
    "ruled": ("-" * 450 + "\n> x\n") * 400,
}
PAGES = {
    "comments": "<!--" * 50_000,
    "tags": "<a " * 60_000,
    "ends": "</" * 100_000,
    "sections": "<![CDATA[" * 20_000 + "]>",
    "hidden": "<div style='display:none'>" * 5_000 + "</b>" * 20_000,
    "quotations": "<blockquote>" * 10_000 + "<br>" * 20_000,
}
_BITS = (
    b"\x00", b"\xff\xfe", b"=?utf-8?b?", b"\r\n\r\n", b"\n", b"--", b";", b'"', b"<",
    b"charset=hex", b"charset=utf-16", b"charset=punycode", b"(" * 3_000, b":" * 5_000,
    b"Content-Type: multipart/mixed; boundary=x\n", b"Content-Type: message/rfc822\n",
    b"Content-Transfer-Encoding: base64\n", b"filename*0*=utf-8''%ff", b"\xed\xa0\x80",
    b"Date: Mon, 99 Foo 99999 99:99:99 +99999\n", b"Content-Type: multipart/report\n",
)  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_a_long_line_is_read_soon_and_no_word_around_it_lost(name: str) -> None:
    text = f"{WORDS}\n{LINES[name]}\n포장도 찢어졌어요."
    start = time.process_time()
    found = own_words(text, is_reply=True)
    assert time.process_time() - start < SOON
    kept = f"{found.words}\n{found.quoted}\n{found.signature}"
    assert WORDS in found.words
    assert "포장도 찢어졌어요." in kept


@pytest.mark.parametrize("name", ["colons", "dashes", "senders", "local part"])
def test_a_long_line_of_a_customer_stays_whole(name: str) -> None:
    assert LINES[name].strip() in own_words(f"{WORDS}\n{LINES[name]}").words


@pytest.mark.parametrize("name", PAGES)
def test_a_long_page_is_read_soon_and_keeps_the_words_above(name: str) -> None:
    start = time.process_time()
    text = text_of_html(f"<p>{WORDS}</p>{PAGES[name]}")
    own_words(text[:MOST_TEXT], is_reply=True)
    assert time.process_time() - start < SOON
    assert WORDS in text


def test_words_behind_a_comment_or_a_tag_without_end_stay() -> None:
    assert text_of_html("<p>가<!-- 나 --> 다 <!-- 라") == "가 다 라"
    assert text_of_html("<p>3 <5 이고 a <b") == "3 <5 이고 a <b"
    assert text_of_html("<!--[if mso]>가<![endif]--><p>나</p>").strip() == "나"


@pytest.mark.parametrize("header", ["From", "To", "X-Failed-Recipients", "Subject"])
@pytest.mark.parametrize("value", [":" * 9_000, "(" * 9_000, "_" * 200_000])
def test_headers_without_sense_cost_no_mail(header: str, value: str) -> None:
    raw = f"From: MAILER-DAEMON@x.kr\n{header}: {value}\n\n{WORDS}".encode()
    start = time.process_time()
    assert read_mail(raw).text == WORDS
    bounces(raw)
    assert time.process_time() - start < SOON


def test_broken_mails_are_read_whatever_broke() -> None:
    dice = random.Random(20261122)
    raws = [made.raw for made in corpus(7, 40)]
    for _turn in range(150):
        raw = bytearray(dice.choice(raws))
        for _hit in range(dice.choice((1, 2, 6))):
            at = dice.randrange(min(len(raw), 2_000))
            gone = dice.choice((0, 0, 1, 40))
            raw[at : at + gone] = dice.choice(_BITS) * dice.choice((1, 1, 5))
        start = time.process_time()
        shown(bytes(raw))
        bounces(bytes(raw))
        assert time.process_time() - start < SOON
