"""What people may ask and say on the pages of this step."""

from moksori.understand.forms.filters import (
    DIMENSIONS,
    asked_filters,
    asked_owner,
    asked_period,
    chips,
)
from moksori.understand.forms.pages import TriageForm, ViewForm
from moksori.understand.forms.search import (
    asked_how,
    asked_narrow,
    search_chips,
    shows_more,
)
from moksori.understand.forms.teaching import RenameForm

__all__ = [
    "DIMENSIONS",
    "RenameForm",
    "TriageForm",
    "ViewForm",
    "asked_filters",
    "asked_how",
    "asked_narrow",
    "asked_owner",
    "asked_period",
    "chips",
    "search_chips",
    "shows_more",
]
