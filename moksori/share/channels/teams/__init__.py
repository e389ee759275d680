"""Microsoft Teams: an Adaptive Card by the webhook of a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from moksori.share.channels import talking
from moksori.share.channels.channel import Access, Fate, Field, Outcome, Told
from moksori.share.channels.teams import card

# Where Power Automate hangs the webhooks of workflows.
HOSTS = (".logic.azure.com", ".powerplatform.com", ".logic.azure.us")


class TeamsChannel:
    title = "Microsoft Teams"
    note = gettext_lazy("A card in a chat of Teams, by a workflow of your own.")
    works_alone = True
    carrier_fields: tuple[Field, ...] = ()
    own_fields: tuple[Field, ...] = ()
    alone_fields = (
        Field(
            "url",
            gettext_lazy("Address of your workflow"),
            gettext_lazy(
                "In Teams, make a workflow “Send webhook alerts to a chat”, and copy "
                "its address here. It is kept sealed."
            ),
            is_secret=True,
        ),
    )

    def problems(self, given: Mapping[str, str], *, of_carrier: bool) -> dict[str, str]:
        why = talking.host_problem(given.get("url", ""), HOSTS)
        return {"url": why} if why else {}

    def render(self, told: Told) -> dict[str, Any]:
        return card.message(told)

    def deliver(
        self, payload: Mapping[str, Any], told: Told, access: Access
    ) -> Outcome:
        """A workflow answers 202 and goes to work: delivered means taken by it."""
        answer = talking.post(access.own["url"], payload)
        if isinstance(answer, Outcome):
            return answer
        found = talking.by_status(answer)
        if found.fate is Fate.LOCKED:
            # The address carries its own signature: made anew, it has another one.
            return Outcome(Fate.REFUSED, found.said)
        if found.fate is Fate.FAILED and b"WorkflowTriggerIsNotEnabled" in answer.body:
            return Outcome(Fate.REFUSED, found.said)
        return found


channel = TeamsChannel()
