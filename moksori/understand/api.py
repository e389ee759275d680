"""The JSON door of the step understand."""

from ninja import Router

router = Router(tags=["understand"])
