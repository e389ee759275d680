"""The JSON door of the step act."""

from ninja import Router

router = Router(tags=["act"])
