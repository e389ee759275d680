"""The rules of the house, as tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import NoReverseMatch, get_resolver, reverse

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "moksori"
STEPS = ["collect", "understand", "share", "act", "account"]
ROOMS = {"models", "reads", "writes"}
DOORS = {"views", "forms", "urls", "api", "cli"}
OTHERS = {"__init__", "apps", "jobs", "migrations", "templates", "tests"}
# Folders that hold one kind of thing each, argued for in ARCHITECTURE.md.
OF_THEIR_OWN = {
    "collect": {
        "quality",
        "answering",
        "asking",
        "senders",
        "field",
        "given",
        "troubles",
        "templatetags",
        "answers",
        "child",
        "columns",
        "out",
        "paper",
        "questionnaires",
        "reader",
        "records",
        "review",
        "replies",
        "sources",
        "rows",
        "static",
        "tables",
    },
    "understand": {"placing", "report", "static"},
    "share": {"sections", "channels", "static"},
    "act": {"casework", "sections"},
    "account": {"sections", "words"},
}
# Longer than the rest because they are one thing; each with its reason.
LONG_FILES: dict[str, str] = {}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def sources() -> Iterator[Path]:
    apart = {"migrations", "tests", "testing"}
    for path in sorted(PACKAGE.rglob("*.py")):
        if not apart & set(path.parts):
            yield path


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_the_same_few_names(step):
    allowed = ROOMS | DOORS | OTHERS | OF_THEIR_OWN[step]
    found = {
        path.stem
        for path in (PACKAGE / step).iterdir()
        if path.name != "__pycache__" and not path.name.startswith(".")
    }
    assert found <= allowed
    assert found >= ROOMS | {"views", "urls", "api", "apps", "tests", "migrations"}


def test_no_name_says_nothing():
    empty = {"utils", "util", "helpers", "helper", "misc", "common", "manager"}
    assert [named(p) for p in PACKAGE.rglob("*") if p.stem in empty] == []


@pytest.mark.parametrize("path", list(sources()), ids=named)
def test_a_module_opens_with_one_sentence_and_stays_short(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says in one sentence what it is"
    if named(path) not in LONG_FILES:
        assert text.count("\n") <= LONGEST_FILE
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", list(sources()), ids=named)
def test_doors_do_not_write(path):
    rooms = {"reads", "writes"} & set(path.parts)
    doors = {"views", "api", "cli"} & {path.stem, path.parent.name}
    if rooms or not doors:
        return
    writing = re.compile(
        r"\.objects\.(create|update|get_or_create|bulk_create)\(|\.delete\(\)"
    )
    assert not writing.findall(path.read_text(encoding="utf-8"))


def test_the_science_does_not_load_django():
    check = "import sys, moksori.analysis; sys.exit('django' in sys.modules)"
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (PACKAGE / "analysis").rglob("*.py")
        if path.stem != "__init__" and path.parent.name != "tests"
    ]
    check = f"import {', '.join(modules)}; {check}"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_every_address_in_a_template_exists():
    known = set(_names(get_resolver()))
    pattern = re.compile(r"{%\s*url\s+['\"]([\w:-]+)['\"]")
    missing = {
        f"{named(path)}: {name}"
        for path in PACKAGE.rglob("templates/**/*.*")
        if path.is_file() and path.suffix != ".pyc"
        for name in pattern.findall(path.read_text(encoding="utf-8"))
        if name not in known
    }
    assert missing == set()


def _names(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _names(entry, inner)
        elif entry.name:
            yield f"{prefix}{entry.name}"


@pytest.mark.parametrize("suffix", ["html", "mjml"])
def test_no_template_holds_script_or_style(suffix):
    # The content security policy refuses them; mail is the exception and inlines.
    bad = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son(?!e=)\w+=[\"']", re.IGNORECASE
    )
    found = {
        named(path)
        for path in PACKAGE.rglob(f"templates/**/*.{suffix}")
        if "mail" not in path.name
        and "report" not in path.parts
        and "mail" not in path.parts
        and bad.search(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_only_settings_read_the_environment():
    allowed = {"environment.py", "settings.py", "prepare.py", "wsgi.py"}
    found = {
        named(path)
        for path in sources()
        if path.name not in allowed
        and path.parts[-3:] != ("server", "cli", "__init__.py")
        and re.search(r"os\.environ\[|os\.getenv|environ\.get\(", path.read_text())
    }
    assert found == set()


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_say_what_they_do_and_stand_alone():
    for path in PACKAGE.rglob("migrations/0*.py"):
        assert "_auto_" not in path.name
        text = path.read_text(encoding="utf-8")
        ours = re.findall(r"^(?:from|import) moksori\.(.+)$", text, re.MULTILINE)
        # Model definitions refer to querysets and choices that Django itself writes in.
        assert all("gate" in line for line in ours), f"{named(path)}: {ours}"


def test_docs_name_every_setting():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    from tools.settings_page import page as expected

    assert page == expected()


def test_home_has_an_address():
    try:
        assert reverse("home") == "/"
    except NoReverseMatch:
        pytest.fail("no home")


ALONE = """
import importlib, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "moksori.server.settings"
import django
django.setup()
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            importlib.import_module(name)
        except ImportError as error:
            print(f"{name}: {error}", flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


def test_reads_and_writes_can_be_the_first_that_are_asked_for():
    """Two that need each other work or fail by whoever comes first."""
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sources()
        if {"reads", "writes"} & set(path.parts)
    ]
    command = [sys.executable, "-c", ALONE, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.splitlines() == []
