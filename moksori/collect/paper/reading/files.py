"""Pictures of pages out of any file that comes in, one at a time."""

from __future__ import annotations

from dataclasses import dataclass

from moksori.collect.paper.reading.readings import Grey


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as it came in; `page` from 1 within the file `name`.

    `dpi` is what the file says (0: nothing); `is_torn` if a part of it is lost.
    """

    grey: Grey
    name: str
    page: int
    dpi: float = 0.0
    is_bilevel: bool = False
    is_torn: bool = False
