"""The JSON door of the step collect."""

from ninja import Router

router = Router(tags=["collect"])
