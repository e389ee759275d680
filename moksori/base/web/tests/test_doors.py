"""Pages for everybody: language, colours, errors, navigation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from moksori.base.audit.models import Entry
from moksori.base.errors import Conflict, NotFound, TooLarge, UserError
from moksori.base.testing.makers import PASSWORD, Team
from moksori.base.web import views
from moksori.base.web.middleware import ErrorMiddleware
from moksori.base.web.navigation import navigation

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client, team: Team) -> Client:
    client.force_login(team.ada)
    return client


def asked(member: Any, path: str = "/", **headers: str) -> HttpRequest:
    request = RequestFactory(headers=headers).get(path)
    request.user = member
    return request


def answered(request: HttpRequest, error: Exception) -> HttpResponse:
    middleware = ErrorMiddleware(lambda _request: HttpResponse())
    response = middleware.process_exception(request, error)
    assert response is not None
    return response


# --- language and colours ---


def test_a_stranger_reads_korean_unless_the_browser_asks_for_english(
    client: Client,
) -> None:
    assert b'<html lang="ko"' in client.get("/accounts/login/").content
    english = client.get("/accounts/login/", headers={"accept-language": "en-US"})
    assert b'<html lang="en"' in english.content
    other = client.get("/accounts/login/", headers={"accept-language": "fr"})
    assert b'<html lang="ko"' in other.content


def test_a_chosen_language_stays_with_the_browser_before_sign_in(
    client: Client,
) -> None:
    chosen = client.post("/language", {"language": "en", "next": "/accounts/login/"})
    assert chosen["Location"] == "/accounts/login/"
    assert b'<html lang="en"' in client.get("/accounts/login/").content


def test_a_members_language_is_kept_and_logged(ada: Client, team: Team) -> None:
    ada.post("/language", {"language": "en"})
    team.ada.refresh_from_db()
    assert team.ada.language == "en"
    assert Entry.objects.filter(verb="choose_language").exists()
    assert b'<html lang="en"' in ada.get("/styleguide").content


def test_an_unknown_language_is_refused_in_words(ada: Client) -> None:
    assert ada.post("/language", {"language": "xx"}).status_code == 400


def test_language_never_sends_people_elsewhere(client: Client) -> None:
    for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        chosen = client.post("/language", {"language": "en", "next": target})
        assert chosen["Location"] == "/"


def test_colours_are_kept_and_given_back_to_the_device(client: Client) -> None:
    client.post("/theme", {"theme": "dark"})
    assert b'data-theme="dark"' in client.get("/accounts/login/").content
    client.post("/theme", {"theme": ""})
    assert b"data-theme=" not in _html_tag(client.get("/accounts/login/").content)
    client.post("/theme", {"theme": '"><script>'})
    assert b"<script>" not in client.get("/accounts/login/").content


def _html_tag(page: bytes) -> bytes:
    return page[: page.index(b"<head>")]


# --- headers ---


def test_pages_of_members_are_not_kept_and_carry_a_strict_policy(
    ada: Client,
) -> None:
    page = ada.get("/styleguide")
    assert page["Cache-Control"] == "no-store, private"
    assert "camera=()" in page["Permissions-Policy"]
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert b"style=" not in page.content
    assert b"onclick" not in page.content


def test_health_answers_anybody(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


# --- errors ---


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UserError("Row 3 has no date."), 400),
        (NotFound(), 404),
        (Conflict("Somebody merged it."), 409),
        (TooLarge("At most 50 MB."), 413),
        (Http404(), 404),
        (PermissionDenied("Ask an administrator."), 403),
    ],
)
def test_an_error_is_a_page_with_the_words_and_a_way_on(
    team: Team, error: Exception, status: int
) -> None:
    page = answered(asked(team.ada), error)
    assert page.status_code == status
    text = page.content.decode()
    assert "<h1>" in text
    if str(error):
        assert str(error) in text
    assert 'class="side"' in text  # a member stays inside the shell


def test_an_error_is_json_for_programs(team: Team) -> None:
    request = asked(team.ada, accept="application/json")
    answer = answered(request, UserError("No date.", field="date"))
    assert answer["Content-Type"] == "application/json"
    assert b'"field": "date"' in answer.content
    api = asked(team.ada, "/api/v1/x")
    assert b'"code": "not_found"' in answered(api, NotFound()).content


def test_an_error_in_a_fragment_is_a_toast_and_leaves_the_page_alone(
    team: Team,
) -> None:
    request = asked(team.ada, hx_request="true")
    answer = answered(request, Conflict("Somebody <merged> it."))
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#toasts"
    assert b"Somebody &lt;merged&gt; it." in answer.content
    assert b"<html" not in answer.content


def test_a_fault_of_ours_shows_no_trace_and_needs_no_database(
    django_assert_num_queries: Callable[[int], Any], team: Team
) -> None:
    request = asked(team.ada)
    with django_assert_num_queries(0):
        page = views.server_error(request)
    assert page.status_code == 500
    assert b"Traceback" not in page.content


def test_an_error_that_is_nobodys_is_left_to_the_framework(team: Team) -> None:
    middleware = ErrorMiddleware(lambda _request: HttpResponse())
    assert middleware.process_exception(asked(team.ada), KeyError("x")) is None


def test_an_address_that_does_not_exist_is_said_kindly(
    ada: Client, client: Client
) -> None:
    page = ada.get("/no/such/page")
    assert page.status_code == 404
    assert 'class="side"' in page.content.decode()
    ada.post("/language", {"language": "en"})
    ada.cookies.pop("moksori_language")
    assert b'<html lang="en"' in ada.get("/no/such/page").content
    assert Client().get("/no/such/page").status_code == 404


def test_a_form_without_its_token_says_what_to_do(team: Team) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/language", {"language": "en"})
    assert page.status_code == 403
    assert "<h1>" in page.content.decode()


# --- navigation ---


def test_the_five_steps_are_always_there_and_administration_only_for_some(
    team: Team,
) -> None:
    with translation.override("en"):
        groups = navigation(asked(team.ada))
        assert [g.number for g in groups if g.number] == [1, 2, 3, 4, 5]
        assert "manage" not in {group.key for group in groups}
        assert "manage" in {group.key for group in navigation(asked(team.max))}


def test_a_page_that_a_member_may_not_use_is_not_offered(team: Team) -> None:
    def urls(member: Any) -> set[str]:
        groups = navigation(asked(member))
        return {link.url for group in groups for link in group.links}

    assert "/people/" in urls(team.max)
    assert "/people/" not in urls(team.vic)


def test_what_hangs_below_a_page_keeps_its_place(team: Team) -> None:
    """What is reached by tabs, and whatever hangs below it, marks the entry above."""
    with translation.override("en"):
        for path in (
            "/collect/mailboxes/",
            "/collect/connections/new/rss/",
            "/collect/hooks/new/",
            "/collect/sources/",
        ):
            request = asked(team.ada, path)
            groups = navigation(request)
            here = [link.label for group in groups for link in group.links
                    if link.is_here]  # fmt: skip
            assert here == ["Ways in"], path


def test_the_current_page_is_marked_once(ada: Client, team: Team) -> None:
    ada.force_login(team.max)
    page = ada.get("/people/").content.decode()
    assert page.count('aria-current="page"') == 1


# --- sign-in ---


def test_signing_in_looks_like_the_rest_and_says_what_is_wrong(
    client: Client, team: Team
) -> None:
    page = client.post(
        "/accounts/login/", {"login": team.ada.email, "password": "wrong"}
    ).content.decode()
    assert 'class="error-summary"' in page
    signed_in = client.post(
        "/accounts/login/", {"login": team.ada.email, "password": PASSWORD}
    )
    assert signed_in.status_code == 302
