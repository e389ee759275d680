"""Slack: Block Kit to a webhook of one’s own, or a direct message by a bot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.outbound import Answer
from moksori.share.channels import talking
from moksori.share.channels.channel import Access, Fate, Field, Outcome, Told
from moksori.share.channels.slack import blocks

API = "https://slack.com/api"
HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
# https://docs.slack.dev/reference/methods/chat.postMessage#errors
_LOCKED = frozenset(
    {
        *("invalid_auth", "not_authed", "token_revoked", "token_expired"),
        *("account_inactive", "missing_scope", "org_login_required"),
    }
)
_REFUSED = frozenset(
    {
        *("channel_not_found", "user_not_found", "users_not_found", "user_disabled"),
        *("is_archived", "not_in_channel", "messages_tab_disabled", "cannot_dm_bot"),
        *("no_service", "no_team", "invalid_token", "action_prohibited"),
        *("channel_is_archived", "posting_to_general_channel_denied"),
    }
)
_LATER = frozenset({"ratelimited", "rate_limited", "internal_error", "fatal_error"})


class SlackChannel:
    title = "Slack"
    note = gettext_lazy("A message in Slack, with buttons to answer.")
    works_alone = True
    carrier_fields = (
        Field(
            "token",
            gettext_lazy("Bot token"),
            gettext_lazy(
                "Begins with xoxb-. The bot needs chat:write and users:read.email."
            ),
            is_secret=True,
        ),
        Field(
            "api",
            gettext_lazy("Address of the interface"),
            gettext_lazy("Empty: https://slack.com/api."),
            is_needed=False,
        ),
    )
    own_fields = (
        Field(
            "to",
            gettext_lazy("Your member ID in Slack"),
            gettext_lazy("Empty: you are looked up by your e-mail address."),
            is_needed=False,
        ),
    )
    alone_fields = (
        Field(
            "url",
            gettext_lazy("Address of your webhook"),
            gettext_lazy("Begins with https://hooks.slack.com/. It is kept sealed."),
            is_secret=True,
        ),
    )

    def problems(self, given: Mapping[str, str], *, of_carrier: bool) -> dict[str, str]:
        """What is wrong, by field; nothing is sent to find out."""
        found = {}
        if of_carrier and not given.get("token", "").startswith(("xoxb-", "xoxe.")):
            found["token"] = _("A bot token begins with xoxb-.")
        if of_carrier and given.get("api"):
            found["api"] = talking.host_problem(
                given["api"], ("slack.com", "slack-gov.com")
            )
        if "url" in given and not of_carrier:
            found["url"] = talking.host_problem(given["url"], HOSTS)
        return {name: why for name, why in found.items() if why}

    def render(self, told: Told) -> dict[str, Any]:
        return blocks.message(told)

    def deliver(
        self, payload: Mapping[str, Any], told: Told, access: Access
    ) -> Outcome:
        if access.carrier:
            return _by_bot(payload, told, access)
        answer = talking.post(access.own["url"], payload)
        return answer if isinstance(answer, Outcome) else _of_webhook(answer)


def _by_bot(payload: Mapping[str, Any], told: Told, access: Access) -> Outcome:
    """A direct message: to the member ID, or to whoever has the e-mail address."""
    to = access.own.get("to", "").strip()
    if not to:
        found = _looked_up(told.email, access)
        if isinstance(found, Outcome):
            return found
        to = found
    answer = _called("chat.postMessage", {"channel": to, **payload}, access)
    return answer if isinstance(answer, Outcome) else _of_method(answer)


def _looked_up(email: str, access: Access) -> str | Outcome:
    answer = _called("users.lookupByEmail", {"email": email}, access)
    if isinstance(answer, Outcome):
        # Asking who somebody is told nobody anything: it can be asked again.
        again = Outcome(Fate.LATER, answer.said)
        return again if answer.fate is Fate.UNSURE else answer
    fields = talking.fields_of(answer)
    user = fields.get("user")
    if fields.get("ok") and isinstance(user, dict) and user.get("id"):
        return str(user["id"])
    outcome = _of_method(answer)
    return Outcome(Fate.LATER, outcome.said) if outcome.fate is Fate.SENT else outcome


def _called(method: str, fields: Mapping[str, Any], access: Access) -> Answer | Outcome:
    base = (access.carrier.get("api") or API).rstrip("/")
    token = {"authorization": f"Bearer {access.carrier['token']}"}
    if method == "users.lookupByEmail":  # takes no JSON
        return talking.post_form(f"{base}/{method}", fields, headers=token)
    return talking.post(f"{base}/{method}", fields, headers=token)


def _of_method(answer: Answer) -> Outcome:
    """Methods answer 200 with ok and, where it is false, the name of the error."""
    fields = talking.fields_of(answer)
    if not answer.is_good or "ok" not in fields:
        return talking.by_status(answer) if not answer.is_good else _unclear(answer)
    if fields["ok"]:
        said = f"{answer.status} ok"
        return Outcome(Fate.SENT, said, remote_id=str(fields.get("ts", ""))[:200])
    return _of_error(str(fields.get("error", "")), answer)


def _of_webhook(answer: Answer) -> Outcome:
    """Webhooks answer with a number and one word."""
    if answer.is_good:
        return Outcome(Fate.SENT, talking.words(answer))
    error = answer.body[:60].decode("utf-8", "replace").strip()
    if error in _LOCKED | _REFUSED | _LATER:
        found = _of_error(error, answer)
        # There is no secret but the address itself.
        return Outcome(Fate.REFUSED, found.said) if found.fate is Fate.LOCKED else found
    found = talking.by_status(answer)
    return Outcome(Fate.REFUSED, found.said) if found.fate is Fate.LOCKED else found


def _of_error(error: str, answer: Answer) -> Outcome:
    said = talking.words(answer)
    if error in _LOCKED:
        return Outcome(Fate.LOCKED, said)
    if error in _REFUSED:
        return Outcome(Fate.REFUSED, said)
    if error in _LATER:
        return Outcome(Fate.LATER, said, wait=answer.wait())
    return Outcome(Fate.FAILED, said)


def _unclear(answer: Answer) -> Outcome:
    """200 without the answer of Slack: a proxy in between, perhaps."""
    return Outcome(Fate.UNSURE, talking.words(answer))


channel = SlackChannel()
