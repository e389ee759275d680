"""State of the step collect, one file for each part of it."""

from moksori.collect.models.feedback import (
    Batch,
    Channel,
    Feedback,
    Receipt,
    Revision,
    Source,
    Trouble,
)

__all__ = [
    "Batch",
    "Channel",
    "Feedback",
    "Receipt",
    "Revision",
    "Source",
    "Trouble",
]
