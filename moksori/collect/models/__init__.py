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
from moksori.collect.models.field import Blob, Device, FieldConflict, FieldRecord
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
from moksori.collect.models.scans import (
    Filled,
    PaperAnswer,
    SampledAnswer,
    Scan,
    ScanBatch,
    ScanFile,
    ScanReading,
)
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
from moksori.collect.models.visits import (
    Attachment,
    Guide,
    GuideVersion,
    Handover,
    NamelessNote,
    Note,
    Visit,
    VisitPlan,
    VisitRevision,
)

__all__ = [
    "Address",
    "Approach",
    "Attachment",
    "Batch",
    "Blob",
    "Bounce",
    "Channel",
    "Contact",
    "ContactList",
    "ContactRule",
    "Copy",
    "Delivery",
    "Device",
    "Export",
    "Feedback",
    "FieldConflict",
    "FieldRecord",
    "Filled",
    "Guide",
    "GuideVersion",
    "Handover",
    "Hook",
    "HookMessage",
    "HookTry",
    "Inlet",
    "Invitation",
    "Mailbox",
    "NamelessNote",
    "Note",
    "OptOut",
    "PaperAnswer",
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
    "SampledAnswer",
    "SavedSearch",
    "Scan",
    "ScanBatch",
    "ScanFile",
    "ScanReading",
    "Sheet",
    "Skip",
    "Source",
    "Stream",
    "Survey",
    "SurveyVersion",
    "Trouble",
    "Upload",
    "Visit",
    "VisitPlan",
    "VisitRevision",
    "Way",
    "Wording",
]
