"""All settings, read once, top to bottom; every default works on a laptop."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from moksori.server.environment import SettingError, read

try:
    given = read(os.environ)
except SettingError as error:
    sys.exit(f"moksori: {error}")

# BLAS threads fight with our own over two cores; set before numpy is imported.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR: Path = given["DATA_DIR"]
DEBUG: bool = given["DEBUG"]

MOKSORI_DEMO: bool = given["DEMO"]
MOKSORI_BASE_URL: str = given["BASE_URL"].rstrip("/")
# Otherwise `serve` takes the port on which it listens.
MOKSORI_BASE_URL_CHOSEN = bool(os.environ.get("MOKSORI_BASE_URL"))
MOKSORI_WAREHOUSE_DIR = DATA_DIR / "warehouse"
MOKSORI_UPLOAD_DIR = DATA_DIR / "uploads"
MOKSORI_UPLOAD_BYTES: int = given["UPLOAD_MB"] * 1_000_000
MOKSORI_SCAN_FOLDER: str = given["SCAN_FOLDER"]
MOKSORI_GUESS_HANDWRITING: bool = given["GUESS_HANDWRITING"]
MOKSORI_SPARK_URL: str = given["SPARK_URL"]
MOKSORI_WAREHOUSE_THREADS: int = given["WAREHOUSE_THREADS"]
MOKSORI_WAREHOUSE_MEMORY: str = given["WAREHOUSE_MEMORY"]
MOKSORI_WORKERS: int = given["WORKERS"]
MOKSORI_ENCODER: str = given["ENCODER"]
MOKSORI_ENCODER_URL: str = given["ENCODER_URL"]
MOKSORI_ENCODER_KEY: str = given["ENCODER_KEY"]
MOKSORI_ENCODER_VERSION = str(given["ENCODER_VERSION"])
MOKSORI_LLM_URL: str = given["LLM_URL"]
MOKSORI_LLM_MODEL: str = given["LLM_MODEL"]
MOKSORI_LLM_KEY: str = given["LLM_KEY"]
MOKSORI_TRANSLATE_URL: str = given["TRANSLATE_URL"]
MOKSORI_TRANSLATE_MODEL: str = given["TRANSLATE_MODEL"]
MOKSORI_TRANSLATE_KEY: str = given["TRANSLATE_KEY"]
MOKSORI_ALLOW_PRIVATE: list[str] = given["ALLOW_PRIVATE"]


def _secret_key() -> str:
    """The given key, the kept one, or (`analyze`, tests) one for this process only."""
    kept = DATA_DIR / "secret_key"
    if given["SECRET_KEY"]:
        return str(given["SECRET_KEY"])
    if kept.exists():
        return kept.read_text(encoding="ascii").strip()
    return secrets.token_urlsafe(50)


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = [
    key for key in given["SECRET_KEY_FALLBACKS"] if key != SECRET_KEY
]

_host = urlsplit(MOKSORI_BASE_URL).hostname or "127.0.0.1"
_secure = MOKSORI_BASE_URL.startswith("https://")
ALLOWED_HOSTS = [_host, "localhost", "127.0.0.1", *given["ALLOWED_HOSTS"]]
CSRF_TRUSTED_ORIGINS = [MOKSORI_BASE_URL]

INSTALLED_APPS = [
    "moksori.base.people",
    "moksori.base.customers",
    "moksori.base.audit",
    "moksori.base.warehouse",
    "moksori.base.jobs",
    "moksori.base.web",
    "moksori.collect",
    "moksori.understand",
    "moksori.share",
    "moksori.act",
    "moksori.account",
    "moksori.server",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "moksori.base.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "moksori.base.people.middleware.SignedInMiddleware",
    "moksori.base.web.middleware.ErrorMiddleware",
]

ROOT_URLCONF = "moksori.server.urls"
WSGI_APPLICATION = "moksori.server.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "moksori.base.web.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "moksori.base.web.forms.Renderer"


def _sqlite() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "moksori.sqlite3",
        # A file even in tests: workers and web processes share it as in real life.
        "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Deferred transactions that read, then write, fail at once when another
            # process writes; measured at 61-92 % of requests.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;"
                "PRAGMA synchronous=FULL;"
                # 32 MB; the worker copies the log before a commit has to.
                "PRAGMA wal_autocheckpoint=8000;"
                "PRAGMA foreign_keys=ON;"
                "PRAGMA secure_delete=ON;"
                "PRAGMA recursive_triggers=ON;"
            ),
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


_url = given["DATABASE_URL"]
DATABASES = {"default": _postgresql(_url) if _url.startswith("postgres") else _sqlite()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "moksori_people.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_ADAPTER = "moksori.base.people.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "moksori.base.people.adapter.SocialAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PREVENT_ENUMERATION = True
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Moksori"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if given["OIDC_ISSUER"]:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "sso",
                "name": given["OIDC_NAME"],
                "client_id": given["OIDC_CLIENT_ID"],
                "secret": given["OIDC_CLIENT_SECRET"],
                "settings": {"server_url": given["OIDC_ISSUER"]},
            }
        ]
    }

LANGUAGE_CODE = given["LANGUAGE"]
MOKSORI_LANGUAGE_CHOSEN = bool(os.environ.get("MOKSORI_LANGUAGE"))
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = given["TIME_ZONE"]
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Without collected files (development, tests) the finders serve them.
if not (STATIC_ROOT / "staticfiles.json").exists():
    STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = DATA_DIR / "uploads"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000


def _mail() -> dict[str, Any]:
    parts = urlsplit(given["SMTP_URL"])
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


# Without a mail server, mail stays in the outbox page and nothing is lost.
MOKSORI_MAIL_IS_SENT = bool(given["SMTP_URL"]) and not MOKSORI_DEMO
globals().update(_mail())
DEFAULT_FROM_EMAIL = SERVER_EMAIL = given["MAIL_FROM"]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = False  # TLS ends at the proxy in front
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_HSTS_SECONDS = 365 * 86400 if _secure else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "moksori.base.web.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": given["LOG_LEVEL"]},
    # They tell every step of a printed page, and that they were loaded.
    "loggers": {
        name: {"level": "ERROR"} for name in ("weasyprint", "fontTools", "pikepdf")
    },
}

SILENCED_SYSTEM_CHECKS: list[str] = []
MOKSORI_NAME = _("Moksori")
