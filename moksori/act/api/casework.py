"""Everything about working on cases but the cases themselves, as one router."""

from __future__ import annotations

from ninja import Router

from moksori.act.api.answers import router as answers
from moksori.act.api.board import router as board
from moksori.act.api.office import router as office
from moksori.act.api.rules import router as rules

router = Router(tags=["act"])
for one in (answers, board, office, rules):
    router.add_router("", one)
