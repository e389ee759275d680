"""What is told about a row or an answer reads as a person would say it."""

from __future__ import annotations

from django.utils import translation

from moksori.collect.tables.messages import Message


def test_a_message_takes_the_particle_that_fits_what_it_names():
    said = Message("“{value}” is not a phone number.", {"value": "10"})
    with translation.override("ko"):
        assert str(said) == "“10”은 전화번호가 아닙니다."
    with translation.override("en"):
        assert str(said) == "“10” is not a phone number."
