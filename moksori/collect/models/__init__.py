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
from moksori.collect.models.review import ReviewItem
from moksori.collect.models.surveys import (
    QuotaCount,
    Rate,
    Response,
    Survey,
    SurveyVersion,
    Upload,
)

__all__ = [
    "Batch",
    "Channel",
    "Feedback",
    "QuotaCount",
    "Rate",
    "Receipt",
    "Response",
    "ReviewItem",
    "Revision",
    "Source",
    "Survey",
    "SurveyVersion",
    "Trouble",
    "Upload",
]
