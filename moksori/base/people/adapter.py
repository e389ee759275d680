"""How allauth makes members: by invitation or the company's provider, never freely."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Members are added by an administrator; strangers cannot join."""
        return False


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """The company's own provider vouches for its people."""
        return "openid_connect" in settings.SOCIALACCOUNT_PROVIDERS

    def populate_user(
        self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]
    ) -> Any:
        member = super().populate_user(request, sociallogin, data)
        member.name = data.get("name") or data.get("email", "").split("@")[0]
        member.username = data.get("email") or member.username
        return member
