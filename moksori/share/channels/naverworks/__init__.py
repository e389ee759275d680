"""NAVER WORKS: a flexible message by the company's bot.

https://developers.worksmobile.com/kr/docs/bot-user-message-send, with an access token
of a service account (JWT, RFC 7523), https://developers.worksmobile.com/kr/docs/auth-jwt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.outbound import Answer
from moksori.share.channels import talking
from moksori.share.channels.channel import Access, Fate, Field, Outcome, Told
from moksori.share.channels.naverworks import flex, tokens

API = "https://www.worksapis.com"
HOSTS = ("www.worksapis.com",)


class NaverWorksChannel:
    title = gettext_lazy("NAVER WORKS")
    note = gettext_lazy("A message of the company’s bot in NAVER WORKS.")
    works_alone = False
    carrier_fields = (
        Field("bot", gettext_lazy("Bot ID")),
        Field("client", gettext_lazy("Client ID")),
        Field("client_secret", gettext_lazy("Client Secret"), is_secret=True),
        Field(
            "account",
            gettext_lazy("Service Account"),
            gettext_lazy("As in xxxxx.serviceaccount@example.com."),
        ),
        Field(
            "private_key",
            gettext_lazy("Private Key"),
            gettext_lazy("The whole file, from BEGIN to END. It is kept sealed."),
            is_secret=True,
            is_long=True,
        ),
        Field(
            "api",
            gettext_lazy("Address of the interface"),
            gettext_lazy("Empty: https://www.worksapis.com."),
            is_needed=False,
        ),
        Field(
            "auth",
            gettext_lazy("Address for tokens"),
            gettext_lazy("Empty: https://auth.worksmobile.com."),
            is_needed=False,
        ),
    )
    own_fields = (
        Field(
            "user",
            gettext_lazy("Your ID in NAVER WORKS"),
            gettext_lazy("Empty: your e-mail address."),
            is_needed=False,
        ),
    )
    alone_fields: tuple[Field, ...] = ()

    def problems(self, given: Mapping[str, str], *, of_carrier: bool) -> dict[str, str]:
        if not of_carrier:
            return {}
        found = {}
        if not given.get("bot", "").isdecimal():
            found["bot"] = _("A bot ID is a number.")
        if not tokens.is_key(given.get("private_key", "")):
            found["private_key"] = _("This is not a private key in PEM.")
        for name, hosts in (("api", HOSTS), ("auth", tokens.HOSTS)):
            if given.get(name):
                found[name] = talking.host_problem(given[name], hosts)
        return {name: why for name, why in found.items() if why}

    def render(self, told: Told) -> dict[str, Any]:
        return flex.message(told)

    def deliver(
        self, payload: Mapping[str, Any], told: Told, access: Access
    ) -> Outcome:
        token = tokens.token_of(access)
        if isinstance(token, Outcome):
            return token
        base = (access.carrier.get("api") or API).rstrip("/")
        user = quote(access.own.get("user") or told.email, safe="")
        answer = talking.post(
            f"{base}/v1.0/bots/{access.carrier['bot']}/users/{user}/messages",
            payload,
            headers={"authorization": f"Bearer {token}"},
        )
        if isinstance(answer, Outcome):
            return answer
        found = _of(answer)
        if found.fate is Fate.LOCKED:
            # Next time with a fresh token; one that was kept may have been revoked.
            tokens.forget(access)
        return found


def _of(answer: Answer) -> Outcome:
    """201 for taken; else a code and a description."""
    code = str(talking.fields_of(answer).get("code", ""))
    if answer.status == 403 and code not in {"FORBIDDEN", "UNAUTHORIZED", ""}:
        return Outcome(Fate.REFUSED, talking.words(answer))
    return talking.by_status(answer)


channel = NaverWorksChannel()
