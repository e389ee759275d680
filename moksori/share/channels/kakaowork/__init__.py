"""KakaoWork: a message by the company's bot to whoever has the e-mail address.

https://docs.kakaoi.ai/kakao_work/webapireference/messages/ (messages.send_by_email).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.outbound import Answer
from moksori.share.channels import talking
from moksori.share.channels.channel import Access, Fate, Field, Outcome, Told
from moksori.share.channels.kakaowork import bubbles

API = "https://api.kakaowork.com"
HOSTS = ("api.kakaowork.com",)
_LOCKED = frozenset(
    {"unauthorized", "invalid_authentication", "expired_authentication"}
)
_REFUSED = frozenset(
    {"user_not_found", "not_found", "not_exist_user", "inaccessible_user"}
)
_LATER = frozenset({"too_many_requests", "internal_error", "timeout"})


class KakaoWorkChannel:
    title = gettext_lazy("KakaoWork")
    note = gettext_lazy("A message of the company’s bot in KakaoWork.")
    works_alone = False
    carrier_fields = (
        Field(
            "key",
            gettext_lazy("App key of the bot"),
            gettext_lazy("From the administration of KakaoWork. It is kept sealed."),
            is_secret=True,
        ),
        Field(
            "api",
            gettext_lazy("Address of the interface"),
            gettext_lazy("Empty: https://api.kakaowork.com."),
            is_needed=False,
        ),
    )
    own_fields = (
        Field(
            "email",
            gettext_lazy("Your e-mail address in KakaoWork"),
            gettext_lazy("Empty: the same as here."),
            is_needed=False,
        ),
    )
    alone_fields: tuple[Field, ...] = ()

    def problems(self, given: Mapping[str, str], *, of_carrier: bool) -> dict[str, str]:
        if of_carrier and given.get("api"):
            why = talking.host_problem(given["api"], HOSTS)
            return {"api": why} if why else {}
        if given.get("email") and "@" not in given["email"]:
            return {"email": _("This is no e-mail address.")}
        return {}

    def render(self, told: Told) -> dict[str, Any]:
        return bubbles.message(told)

    def deliver(
        self, payload: Mapping[str, Any], told: Told, access: Access
    ) -> Outcome:
        base = (access.carrier.get("api") or API).rstrip("/")
        to = access.own.get("email") or told.email
        answer = talking.post(
            f"{base}/v1/messages.send_by_email",
            {"email": to, **payload},
            headers={"authorization": f"Bearer {access.carrier['key']}"},
        )
        return answer if isinstance(answer, Outcome) else _of(answer)


def _of(answer: Answer) -> Outcome:
    """{"success": true, "message": {"id": …}}, or {"success": false, "error": {…}}."""
    fields = talking.fields_of(answer)
    if answer.is_good and fields.get("success") is True:
        message = fields.get("message")
        remote = str(message.get("id", "")) if isinstance(message, dict) else ""
        return Outcome(Fate.SENT, f"{answer.status}", remote_id=remote[:200])
    return _refused(fields.get("error"), answer)


def _refused(error: object, answer: Answer) -> Outcome:
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    fates = {
        **dict.fromkeys(_LOCKED, Fate.LOCKED),
        **dict.fromkeys(_REFUSED, Fate.REFUSED),
        **dict.fromkeys(_LATER, Fate.LATER),
    }
    said = talking.words(answer)
    if code in fates:
        return Outcome(fates[code], said, wait=answer.wait())
    if answer.is_good:
        # 200 that says neither yes nor no: it may stand in the chat.
        return Outcome(Fate.FAILED if code else Fate.UNSURE, said)
    return talking.by_status(answer)


channel = KakaoWorkChannel()
