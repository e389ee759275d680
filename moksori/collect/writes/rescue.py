"""What a phone saved as a file, brought in here: read line by line, never whole.

The file is JSON Lines: a head with whose phone it was, then a line for each photo
(base64) and each record. What was sent already is the same again and changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from moksori.base.errors import NotAllowed, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.collect.field.told import told_from
from moksori.collect.writes.blobs import LARGEST, take_blob
from moksori.collect.writes.handing_in import Came, Sent, hand_in

LONGEST_LINE = LARGEST * 4 // 3 + 1_000  # one photo in base64
MOST_LINES = 20_000


@dataclass(slots=True)
class Rescued:
    """What came of the file; `troubles` say in words which line was not taken."""

    added: int = 0
    same: int = 0
    other: int = 0
    files: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def n(self) -> int:
        return self.added + self.same + self.other + len(self.troubles)


def rescue(file: IO[bytes], *, by: Member) -> Rescued:
    """Take in everything that can be taken, each record by itself.

    The records belong to whom the file names: oneself, or a member of a unit where one
    may import, also one who has left. A person looks at it, so old guides are accepted.
    """
    lines = _lines(file)
    owner = _owner(next(lines, None), by)
    sent = Sent(owner, takes_old=True, brought_by=None if owner.is_active else by)
    found = Rescued()
    for number, row in lines:
        try:
            _take(row, sent, found)
        except UserError as error:
            found.troubles.append(
                _("Line {number}: {problem}").format(number=number, problem=error)
            )
    return found


def _owner(head: tuple[int, Any] | None, by: Member) -> Member:
    told = head[1] if head else None
    if not isinstance(told, dict) or told.get("moksori_field") != 1:
        raise UserError(
            _("This is no file of the field app. Choose the one that the phone saved "
              "(moksori-….jsonl)."),
            field="file",
        )  # fmt: skip
    member = told.get("member")
    number = member.get("id") if isinstance(member, dict) else None
    if number is None or number == by.pk:
        return by
    owner = Member.objects.filter(pk=number).first() if _is_id(number) else None
    units = by.scope(Ability.IMPORT).units
    if owner is None or owner.unit_id not in units:
        raise NotAllowed(
            _("This file comes from somebody else’s phone. They bring it in "
              "themselves, or an analyst of their unit does.")
        )  # fmt: skip
    by.must(Ability.IMPORT, InUnit(owner.unit_id or 0))
    return owner


def _is_id(number: Any) -> bool:
    return isinstance(number, int) and 0 < number < 2**63


def _lines(file: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """Numbered rows; None stands for a line that is no JSON (a torn end)."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if number > MOST_LINES:
            raise UserError(_("This file is too long. Ask for help."), field="file")
        if len(line) > LONGEST_LINE:
            raise UserError(
                _("Line {number} is longer than the {most} MB that one photo may have. "
                  "The file is damaged, or not from the field app.")
                .format(number=number, most=LARGEST // 1_000_000),
                field="file",
            )  # fmt: skip
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError):
            yield number, None


def _take(row: Any, sent: Sent, found: Rescued) -> None:
    if isinstance(row, dict) and isinstance(row.get("file"), str):
        _take_file(row, sent.by, found)
        return
    if not isinstance(row, dict) or not isinstance(row.get("content"), str):
        raise UserError(_("this cannot be read; the file is torn here."))
    told = told_from(
        row["content"],
        client_id=str(row.get("record", "")),
        content_hash=str(row.get("hash", "")),
    )
    done = hand_in(told, sent)
    found.added += done.came == Came.NEW
    found.same += done.came == Came.SAME
    found.other += done.came == Came.OTHER


def _take_file(row: dict[str, Any], owner: Member, found: Rescued) -> None:
    sha256 = row["file"]
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise UserError(_("this is no name of a file."))
    try:
        content = base64.b64decode(str(row.get("data", "")), validate=True)
    except (binascii.Error, ValueError):
        raise UserError(_("this photo is damaged.")) from None
    take_blob([content], sha256=sha256, by=owner)
    found.files += 1
