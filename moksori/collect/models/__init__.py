"""State of the step collect, one file for each part of it."""

from moksori.collect.models.asking import (
    Address,
    Approach,
    Bounce,
    Contact,
    ContactList,
    ContactRule,
    Invitation,
    OptOut,
    Route,
    Skip,
    Way,
)
from moksori.collect.models.feedback import (
    Batch,
    Channel,
    Feedback,
    Receipt,
    Revision,
    Source,
    Trouble,
)
from moksori.collect.models.hooks import (
    Delivery,
    Hook,
    HookMessage,
    HookTry,
    Inlet,
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
from moksori.collect.models.taken import Export, SavedSearch

__all__ = [
    "Address",
    "Approach",
    "Batch",
    "Bounce",
    "Channel",
    "Contact",
    "ContactList",
    "ContactRule",
    "Delivery",
    "Export",
    "Feedback",
    "Hook",
    "HookMessage",
    "HookTry",
    "Inlet",
    "Invitation",
    "OptOut",
    "QuotaCount",
    "Rate",
    "Receipt",
    "Response",
    "ReviewItem",
    "Revision",
    "Route",
    "SavedSearch",
    "Skip",
    "Source",
    "Survey",
    "SurveyVersion",
    "Trouble",
    "Upload",
    "Way",
]
