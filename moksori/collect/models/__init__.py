"""State of the step collect, one file for each part of it."""

from moksori.collect.models.asking import Approach, Bounce, Invitation, Route, Skip
from moksori.collect.models.contacts import (
    Address,
    Contact,
    ContactList,
    ContactRule,
    OptOut,
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
from moksori.collect.models.mailboxes import Mailbox, RawMail
from moksori.collect.models.names import PublicName
from moksori.collect.models.paper import PaperForm, Printing, Sheet
from moksori.collect.models.review import Copy, ReviewItem
from moksori.collect.models.streams import Poll, Stream
from moksori.collect.models.surveys import (
    QuotaCount,
    Rate,
    Response,
    Survey,
    SurveyVersion,
    Upload,
    Wording,
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
    "Copy",
    "Delivery",
    "Export",
    "Feedback",
    "Hook",
    "HookMessage",
    "HookTry",
    "Inlet",
    "Invitation",
    "Mailbox",
    "OptOut",
    "PaperForm",
    "Poll",
    "Printing",
    "PublicName",
    "QuotaCount",
    "Rate",
    "RawMail",
    "Receipt",
    "Response",
    "ReviewItem",
    "Revision",
    "Route",
    "SavedSearch",
    "Sheet",
    "Skip",
    "Source",
    "Stream",
    "Survey",
    "SurveyVersion",
    "Trouble",
    "Upload",
    "Way",
    "Wording",
]
