"""A machine's guess at handwriting, shown beside the picture and never filled in.

The program `tesseract` is asked where it is installed with the language of the sheet;
without it nothing is guessed. It was made for print: of handwriting it gets words wrong
more often than not, so a person takes the guess with a key, or types. A guess is not
kept anywhere.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import threading
from contextlib import suppress
from functools import lru_cache

LANGUAGES = {"ko": "kor", "en": "eng"}
SECONDS = 8  # on the clock; computing stops there, too
MEMORY = 1_500_000_000  # bytes of address space; Korean really uses about 150 MB
LONGEST = 2_000  # letters of a guess
_LINE, _BLOCK = "7", "6"  # how tesseract calls one line, and a block of them
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# One at a time in each process: a guess is a help, and must not take what pages need.
_busy = threading.Lock()


def can_guess(language: str) -> bool:
    """Whether the program is here, with this language."""
    program = shutil.which("tesseract")
    code = LANGUAGES.get(language.partition("-")[0])
    return bool(program and code) and code in _languages(str(program))


def guess(picture: bytes, language: str, *, is_line: bool) -> str:
    """What may be written in the picture; "" where nothing can be said in time."""
    program = shutil.which("tesseract")
    if program is None or not can_guess(language):
        return ""
    code = LANGUAGES[language.partition("-")[0]]
    mode = _LINE if is_line else _BLOCK
    if not _busy.acquire(blocking=False):
        return ""
    try:
        found = _asked([program, "stdin", "stdout", "-l", code, "--psm", mode], picture)
    finally:
        _busy.release()
    lines = (" ".join(line.split()) for line in _ODD.sub("", found).splitlines())
    return "\n".join(line for line in lines if line)[:LONGEST]


@lru_cache(maxsize=4)
def _languages(program: str) -> frozenset[str]:
    told = _asked([program, "--list-langs"], b"")
    return frozenset(line.strip() for line in told.splitlines()[1:])


def _asked(command: list[str], given: bytes) -> str:
    """What the program answers, fenced in; "" if it fails, whatever the reason."""
    kept = ("PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")
    # What a program needs to be found and to start, and none of our secrets.
    variables = {name: value for name, value in os.environ.items() if name in kept}
    try:
        process = subprocess.Popen(  # noqa: S603 - a fixed program, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**variables, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
        )
    except OSError:
        return ""
    with process:
        # It waits for its picture, so the fence stands before it works.
        with suppress(OSError, ValueError):
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (SECONDS, SECONDS))
        try:
            told, _nothing = process.communicate(given, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return ""
    return told.decode("utf-8", "replace") if process.returncode == 0 else ""
