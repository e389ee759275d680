"""The JSON door of the step account."""

from ninja import Router

router = Router(tags=["account"])
