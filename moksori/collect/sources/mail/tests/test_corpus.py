"""A small part of the corpus (`bench/collect/mails.py` measures all of it)."""

from __future__ import annotations

from moksori.collect.sources.mail.automatic import Automatic, automatic
from moksori.collect.sources.mail.bounces import bounces
from moksori.collect.sources.mail.message import read_mail
from moksori.collect.sources.mail.quotes import own_words
from moksori.collect.sources.mail.tests.corpus import SHAPES, UNSEEN, corpus

EXPECTED = {"auto": Automatic.REPLY, "bounce": Automatic.BOUNCE}


def lines(text: str) -> list[str]:
    return [line for line in ("".join(one.split()) for one in text.split("\n")) if line]


def test_words_stay_and_quotations_go() -> None:
    for seed, shapes in ((11, SHAPES), (12, UNSEEN)):
        for made in corpus(seed, 150, shapes=shapes):
            mail = read_mail(made.raw)
            kind = automatic(mail)
            assert kind == EXPECTED.get(made.kind), made.raw
            if kind is None:
                for sent in ("", made.sent):
                    found = own_words(mail.text, is_reply=mail.is_reply, sent=sent)
                    assert lines(found.words) == lines(made.words), made.shape


def test_every_bounce_names_its_address() -> None:
    made = [one for one in corpus(13, 300) if one.kind == "bounce"]
    assert len(made) > 5
    verdicts = {"5.1.1": "hard", "5.2.2": "soft", "4.4.1": "soft"}
    for one in made:
        (found,) = bounces(one.raw)
        assert found.address.endswith("@customer.example")
        assert found.verdict.value == verdicts[one.shape], one.raw


def test_the_same_seed_gives_the_same_mails() -> None:
    first, second = ([one.words for one in corpus(14, 20)] for _n in range(2))
    assert first == second
