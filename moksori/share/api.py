"""The JSON door of the step share."""

from ninja import Router

router = Router(tags=["share"])
