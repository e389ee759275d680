"""Korean texts: gather every marked string, merge translations, compile, and check.

    python tools/translations.py           gather, merge the parts, compile
    python tools/translations.py --check   fail when a string has no Korean

Translators write `moksori/locale/parts/<part>.po`, one file per step, so that two
people never edit the same one; this script joins them to `ko/LC_MESSAGES/django.po`
and `.mo`.
English is the source language: its texts are the message ids themselves.
"""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "moksori"
LOCALE = PACKAGE / "locale"
PARTS = LOCALE / "parts"
KOREAN = LOCALE / "ko" / "LC_MESSAGES" / "django.po"
HEADER = {
    "Project-Id-Version": "Moksori",
    "Language": "ko",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}

Key = tuple[str, str, str]
# By which names texts are marked; "1c" is a context, two numbers are one and many.
KEYWORDS = (
    "gettext_noop", "gettext_lazy", "_now", "ngettext_lazy:1,2", "_n:1,2",
    "pgettext:1c,2", "npgettext:1c,2,3", "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3", "_p:1c,2",
)  # fmt: skip
NAMES = {"_", "gettext", "ngettext", *(name.split(":")[0] for name in KEYWORDS)}


def gathered() -> polib.POFile:
    """Every string marked in code and templates, as xgettext finds them."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    import django
    from django.utils.translation import templatize

    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for path in sorted(PACKAGE.rglob("*")):
            if "tests" in path.parts or "migrations" in path.parts:
                continue
            if path.suffix == ".py":
                text = source = path.read_text(encoding="utf-8")
                if "import click" in source:
                    text += help_texts(source)
                text += texts_in_f_strings(source)
            elif (
                path.suffix in {".html", ".txt", ".mjml"} and "templates" in path.parts
            ):
                source = path.read_text(encoding="utf-8")
                text = templatize(source, origin=str(path.relative_to(ROOT)))
            else:
                continue
            copy = Path(folder) / (str(path.relative_to(ROOT)) + ".py")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")
            files.append(str(copy.relative_to(folder)))
        return _xgettext(folder, files)


def help_texts(source: str) -> str:
    """What commands say about themselves, marked: docstrings and `help=` of click."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(one).partition("(")[0].endswith((".command", ".group"))
            for one in node.decorator_list
        ):
            found.append(ast.get_docstring(node) or "")
        if isinstance(node, ast.keyword) and node.arg == "help":
            text = getattr(node.value, "value", "")
            found.append(inspect.cleandoc(text) if isinstance(text, str) else "")
    return "".join(f"\n_({text!r})" for text in found if text)


def texts_in_f_strings(source: str) -> str:
    """Texts marked inside an f-string, once more outside: xgettext looks into none."""
    return "".join(
        f"\n{ast.unparse(call)}"
        for hole in ast.walk(ast.parse(source))
        if isinstance(hole, ast.FormattedValue)
        for call in ast.walk(hole)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in NAMES
    )


def _xgettext(folder: str, files: list[str]) -> polib.POFile:
    listing = Path(folder) / "files"
    listing.write_text("\n".join(files), encoding="utf-8")
    subprocess.run(
        [
            "xgettext",
            "--language=Python",
            "--from-code=UTF-8",
            "--no-location",
            "--sort-output",
            *(f"--keyword={name}" for name in KEYWORDS),
            "--output=found.pot",
            "--files-from=files",
        ],
        cwd=folder,
        check=True,
    )
    return polib.pofile(str(Path(folder) / "found.pot"), encoding="utf-8")


def translated() -> dict[Key, polib.POEntry]:
    """What the parts say, by context, id and plural."""
    found: dict[Key, polib.POEntry] = {}
    for path in sorted(PARTS.glob("*.po")):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            if entry.translated():
                found[_key(entry)] = entry
    return found


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def merged() -> tuple[polib.POFile, list[str]]:
    """The Korean catalogue, and the strings that have no Korean yet."""
    known = translated()
    ours = Path(__import__("django").__file__).parent / "conf/locale/ko/LC_MESSAGES"
    framework = {
        _key(e) for e in polib.pofile(str(ours / "django.po")) if e.translated()
    }
    catalogue, missing = polib.POFile(wrapwidth=88), []
    catalogue.metadata = HEADER
    for entry in gathered():
        translation = known.get(_key(entry))
        if translation is None:
            if _key(entry) not in framework:
                missing.append(entry.msgid)
            continue
        catalogue.append(_joined(entry, translation))
    return catalogue, missing


def _joined(entry: polib.POEntry, translation: polib.POEntry) -> polib.POEntry:
    return polib.POEntry(
        msgctxt=entry.msgctxt,
        msgid=entry.msgid,
        msgid_plural=entry.msgid_plural,
        msgstr=translation.msgstr,
        msgstr_plural=translation.msgstr_plural,
        flags=[flag for flag in entry.flags if flag != "fuzzy"],
    )


def wrong_placeholders(catalogue: polib.POFile) -> list[str]:
    """Translations that lose or invent a %(placeholder)s."""
    pattern = re.compile(r"%\(\w+\)[sd]|%[sd]")
    return [
        entry.msgid
        for entry in catalogue
        for text in [entry.msgstr, *entry.msgstr_plural.values()]
        if set(pattern.findall(text))
        - set(pattern.findall(entry.msgid + entry.msgid_plural))
    ]


def main() -> int:
    if shutil.which("xgettext") is None:
        print("gettext is not installed: translations not checked.", file=sys.stderr)
        return 0
    catalogue, missing = merged()
    for text in missing:
        print(f"no Korean: {text!r}", file=sys.stderr)
    wrong = wrong_placeholders(catalogue)
    for text in wrong:
        print(f"wrong placeholders: {text!r}", file=sys.stderr)
    if "--check" in sys.argv:
        stale = (
            not KOREAN.exists()
            or KOREAN.read_text(encoding="utf-8") != str(catalogue).rstrip("\n") + "\n"
        )
        if stale:
            print("The catalogue is not up to date: run `make fix`.", file=sys.stderr)
        return int(bool(missing or wrong or stale))
    KOREAN.parent.mkdir(parents=True, exist_ok=True)
    KOREAN.write_text(str(catalogue).rstrip("\n") + "\n", encoding="utf-8")
    catalogue.save_as_mofile(str(KOREAN.with_suffix(".mo")))
    print(f"{len(catalogue)} strings in Korean, {len(missing)} missing.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
