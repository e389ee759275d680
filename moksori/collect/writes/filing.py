"""Files given as an answer: new ones stored, those taken away removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from moksori.base.errors import TooLarge, UserError
from moksori.collect.answering.files import LARGEST, MB, kept
from moksori.collect.models import Response, Upload
from moksori.collect.questionnaires.definition import Question
from moksori.collect.writes import uploads

MOST_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Filed:
    """The files of a question after a page was sent."""

    keys: tuple[str, ...]
    fresh: tuple[Upload, ...]
    gone: tuple[Upload, ...]

    def settle(self, *, keep: bool) -> None:
        """Remove what is no longer wanted; with a problem, only what is new."""
        uploads.drop(list(self.gone if keep else self.fresh))


def file_answers(
    response: Response,
    question: Question,
    *,
    kept: Sequence[str],
    fresh: Sequence[UploadedFile[Any]],
) -> Filed:
    """Store what was added. Raises UserError for a file that is not taken."""
    there = list(Upload.objects.filter(response=response, question=question.id))
    wanted = [one for one in there if one.key in set(kept)]
    if len(fresh) > MOST_AT_ONCE:
        raise UserError(
            _("Please add {most} files at most.").format(most=MOST_AT_ONCE)
        )  # fmt: skip
    added = [_added(response, question, file) for file in fresh if file.name]
    return Filed(
        keys=tuple(one.key for one in (*wanted, *added)),
        fresh=tuple(added),
        gone=tuple(one for one in there if one not in wanted),
    )


def _added(response: Response, question: Question, file: UploadedFile[Any]) -> Upload:
    largest = LARGEST[question.type]
    if (file.size or 0) > largest:
        raise TooLarge(
            _("This file is larger than {most} MB. Choose a smaller one.").format(
                most=largest // MB
            )
        )
    found = kept(file.name or "", file.read(), question.type)
    return uploads.keep(found, response=response, question=question.id)
