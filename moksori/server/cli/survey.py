"""`moksori survey …`: questionnaires as files, without a server."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound, UserError
from moksori.collect.questionnaires.definition import SILENT, Questionnaire
from moksori.collect.questionnaires.formats import KINDS, Remark, formats, read, write
from moksori.collect.questionnaires.lint import Note, Severity, lint
from moksori.collect.questionnaires.lint.effort import minutes
from moksori.collect.questionnaires.reading import Malformed
from moksori.collect.questionnaires.script import script
from moksori.collect.questionnaires.templates import template, templates

_file = click.argument("file")
_kind = click.option(
    "--from", "kind", type=click.Choice(KINDS), default=None,
    help="What FILE is, where its content does not tell.",
)  # fmt: skip
_language = click.option(
    "--language", default="", help="Only this one, such as ko or en."
)


@click.group()
def survey() -> None:
    """Check, lint and convert questionnaires; read them out on the telephone.

    FILE is Moksori's JSON, SurveyJS JSON, an XLSForm workbook, a LimeSurvey .lss file,
    or "-" for standard input.
    """


@survey.command()
@_file
@_kind
def check(file: str, kind: str | None) -> None:
    """Say whether FILE can be published, or all that is wrong with it."""
    questionnaire = _read(file, kind)
    asked = sum(1 for one in questionnaire.questions() if one.type not in SILENT)
    click.echo(
        _("Fine: {questions} questions on {pages} pages, about {minutes} min.").format(
            questions=asked,
            pages=len(questionnaire.pages),
            minutes=max(1, round(minutes(questionnaire))),
        )
    )


@survey.command("lint")
@_file
@_kind
@_language
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.option("--strict", is_flag=True, help="Fail on serious notes.")
def lint_file(
    file: str, kind: str | None, language: str, *, as_json: bool, strict: bool
) -> None:
    """Say what could be asked better in FILE, why, and how."""
    questionnaire = _read(file, kind)
    serious = 0
    for one in _languages(questionnaire, language):
        notes = lint(questionnaire, one)
        serious += sum(note.severity == Severity.SERIOUS for note in notes)
        for note in notes:
            _tell(note, one, as_json=as_json)
        if not notes and not as_json:
            click.echo(_("{language}: nothing to mend.").format(language=one))
    if strict and serious:
        raise UserError(_("{count} serious notes.").format(count=serious))


@survey.command()
@_file
@_kind
@click.option("--to", "wanted", type=click.Choice(KINDS), required=True)
@click.option("--output", "-o", default="", help="File to write; else beside FILE.")
def convert(file: str, kind: str | None, wanted: str, output: str) -> None:
    """Write FILE for another program, and say what that will not understand.

    With --output - it goes to standard output.
    """
    content, remarks = write(_read(file, kind), wanted)
    _remarks(remarks)
    if output == "-":
        sys.stdout.buffer.write(content)
        return
    target = Path(output) if output else _beside(file, wanted)
    target.write_bytes(content)
    click.echo(_("Written: {file}").format(file=target), err=True)


@survey.command("script")
@_file
@_kind
@_language
def phone_script(file: str, kind: str | None, language: str) -> None:
    """Print what a caller reads aloud and writes down."""
    questionnaire = _read(file, kind)
    [first, *_others] = _languages(questionnaire, language)
    click.echo(script(questionnaire, first), nl=False)


@survey.command("template")
@click.argument("name", default="")
def template_file(name: str) -> None:
    """Print the questionnaire NAME to start from; without NAME, list them."""
    if name:
        content, _remarks = write(template(name).questionnaire, "moksori")
        sys.stdout.buffer.write(content)
        return
    for one in templates():
        language = "ko" if _("Yes") != "Yes" else "en"
        click.echo(f"{one.id:16} {one.about.said(language)}")


def _read(file: str, kind: str | None) -> Questionnaire:
    if file == "-":
        content = sys.stdin.buffer.read()
    else:
        path = Path(file)
        if not path.is_file():
            text = _("There is no file {name}. Check the path.")
            raise NotFound(text.format(name=file))
        content = path.read_bytes()
    try:
        questionnaire, remarks = read(content, kind or "")
    except Malformed as malformed:
        for problem in malformed.problems[1:]:
            click.echo(str(problem), err=True)
        raise
    _remarks(remarks)
    return questionnaire


def _remarks(remarks: tuple[Remark, ...]) -> None:
    for remark in remarks:
        click.echo(str(remark), err=True)


def _languages(questionnaire: Questionnaire, language: str) -> tuple[str, ...]:
    if not language:
        return questionnaire.languages
    if language not in questionnaire.languages:
        known = ", ".join(questionnaire.languages)
        text = _("It does not speak {language}. It speaks: {known}.")
        raise UserError(text.format(language=language, known=known))
    return (language,)


def _tell(note: Note, language: str, *, as_json: bool) -> None:
    if as_json:
        found = {"language": language, **note.to_json()}
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(f"{language} {note.path} [{note.rule}] {note.severity}")
    if note.text:
        click.echo(f"    {note.text}")
    click.echo(f"    {note.why}")
    click.echo(f"  → {note.better}")


def _beside(file: str, wanted: str) -> Path:
    """questions.json → questions.surveyjs.json; never over FILE itself."""
    path = Path("questionnaire" if file == "-" else file)
    suffix = formats()[wanted].SUFFIX
    target = path.with_name(f"{path.stem}{suffix}")
    if target.exists() or target == path:
        target = path.with_name(f"{path.stem}.{wanted}{suffix}")
    return target
