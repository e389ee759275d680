"""The kinds of questions that wait for a person, each one file in `kinds/`.

A kind says how its item is titled, which template shows the evidence, and what can be
decided. Adding one edits no other file; a later step may `register` its own.
"""

from moksori.collect.review.kind import Decision, ReviewKind, kind_of, kinds, register

__all__ = ["Decision", "ReviewKind", "kind_of", "kinds", "register"]
