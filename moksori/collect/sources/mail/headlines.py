"""Lines that mail programs put before what they quote, in Korean and English."""

from __future__ import annotations

import re
from collections.abc import Sequence

# No program writes a longer one; what a line may say without end, a pattern may not.
LONGEST = 2_000
_ADDRESS = re.compile(r"[^\s<>@\"'(]{1,64}@[^\s<>@\"')]{1,255}\.[^\s<>@\"')]")
_YEAR = re.compile(r"(?:19|20)\d\d|\b\d{1,2}[./-]\d{1,2}[./-]\d{2}\b")
_TIME = re.compile(r"\d{1,2}[:시]\s?\d{2}")

# 2026년 11월 20일 (금) 오후 3:04, 김철수 <a@b.kr>님이 작성:
# 2026-11-20 오후 3:04에 김철수 이(가) 쓴 글:
_WROTE_KO = re.compile(
    r"^.{0,200}(?:님이|님께서|이\(가\)|에서|[가-힣>\"'”)\]\w])\s*"
    r"(?:작성|작성함|작성했습니다|작성하였습니다|작성한 (?:내용|메일|메시지)|쓴 글"
    r"|쓴글|쓰셨습니다|씀"
    r"|보낸 (?:메일|메시지|글)|다음과 같이 (?:씀|썼습니다|작성))\s*:\s*$"
)
# On Fri, Nov 20, 2026 at 3:04 PM Kim <a@b.kr> wrote:
_WROTE_EN = re.compile(
    r"^(?:on\s.{4,250}\b(?:wrote|writes)|.{1,160}\bwrote(?:\son\s.{4,80}"
    r"|\sat\s.{4,80})?)\s*:\s*$",
    re.IGNORECASE,
)
_WROTE_ELSEWHERE = re.compile(
    r"^.{0,250}(?:schrieb(?:\s.{1,120})?|a écrit|escribió|ha scritto|のメール"
    r"|写道)\s*[:：]\s*$"
)
_WROTE = (_WROTE_KO, _WROTE_EN, _WROTE_ELSEWHERE)
# A customer speaks of an own letter: not a program's line.
_MYSELF = re.compile(
    r"(?:\b(?:I|we)\s+(?:\w+\s+)?wrote\s*:|(?:제가|내가|저희가|우리가)\s.{0,12}:)\s*$",
    re.IGNORECASE,
)
# ---- On Fri, 20 Nov 2026 15:04:05 +0900 Kim <a@b.kr> wrote ----
_RULED = re.compile(r"^[-–—]{2,}\s.{10,300}\s[-–—]{2,}$")
_RULE = r"[-–—_=*~ㅡ─━]"
_SEPARATOR = re.compile(
    rf"^\s*{_RULE}{{2,}}\s*(?:original\s+(?:message|mail|e-?mail|appointment)"
    r"|원본\s*(?:메일|메시지|메세지|이메일|편지)|원문|이전\s*메(?:일|시지)"
    r"|(?:전달된|전달한|forwarded)\s*(?:메일|메시지|message|mail)|reply\s+message"
    rf"|forwarded\s+by\s.{{1,120}}|받은\s*메일)\s*{_RULE}{{0,}}\s*$",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"^\s*(?:begin forwarded message|전달된 메시지의 시작|전달된 메시지"
    r"|原始邮件)\s*:\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"forward|전달", re.IGNORECASE)
_LABELS = {
    "from": r"from|보낸\s?사람|보낸\s?이|보내는\s?사람|발신(?:자|인)?",
    "date": r"sent|date|보낸\s?날짜|보낸\s?시간|보낸\s?일시|날짜|발신일시?"
    r"|발송일시?|일시|받은\s?날짜",
    "to": r"to|cc|bcc|reply-to|받는\s?사람|받은\s?사람|받는\s?이|수신(?:자|인)?"
    r"|참조|숨은\s?참조|회신",
    "subject": r"subject|제목|importance|중요도|attachments?|첨부",
}
_LABEL = re.compile(
    "^[\\s*>]{0,4}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")[\s*]{0,4}[:：][\s*]{0,3}(?P<value>.*)$",
    re.IGNORECASE,
)
_LONG_RULE = re.compile(rf"^\s*{_RULE}{{5,}}\s*$")
_MOST_LINES = 12


def attribution(lines: Sequence[str], at: int) -> int:
    """How many lines, from this one, say who wrote what follows; 0 for none."""
    for count in (1, 2, 3, 4):
        if at + count > len(lines) or not lines[at + count - 1].strip():
            return 0
        joined = " ".join(line.strip() for line in lines[at : at + count])
        if len(joined) > 400:
            return 0
        if joined.endswith((":", "：")):
            return count if _is_attribution(joined) else 0
        if _RULED.match(joined):
            return count if _is_attribution(joined.strip("-–— ") + ":") else 0
    return 0


def _is_attribution(line: str) -> bool:
    if _MYSELF.search(line) or not any(one.match(line) for one in _WROTE):
        return _is_bare(line)
    return bool(_ADDRESS.search(line) or _YEAR.search(line) or _TIME.search(line))


def _is_bare(line: str) -> bool:
    """Date, name and address alone, as some programs have it."""
    return (
        not _MYSELF.search(line)
        and re.search(r"<[^<>\s]+@[^<>\s]+>\W{0,4}[:：]$", line) is not None
        and _YEAR.search(line) is not None
    )


def names_address(line: str) -> bool:
    return _ADDRESS.search(line) is not None


def introduces(line: str) -> bool:
    """Whether the line names an address and announces something."""
    return line.rstrip().endswith((":", "：")) and names_address(line)


def separator(lines: Sequence[str], at: int) -> int:
    """How many lines, from this one, set apart an earlier mail, heads included."""
    line = lines[at]
    if len(line) > LONGEST:
        return 0
    if _SEPARATOR.match(line) or _BEGINS.match(line):
        return 1 + _heads_after(lines, at + 1)
    if _LONG_RULE.match(line):
        after = _heads_after(lines, at + 1)
        return 1 + after if after else 0
    return heads(lines, at)


def is_forward(line: str) -> bool:
    """Whether the separator says that somebody passes on another's mail."""
    line = line[: LONGEST + 1]
    is_apart = _SEPARATOR.match(line) or _BEGINS.match(line)
    return bool(is_apart) and _FORWARD.search(line) is not None


def _heads_after(lines: Sequence[str], at: int) -> int:
    blank = 0
    while at + blank < len(lines) and blank < 3 and not lines[at + blank].strip():
        blank += 1
    found = heads(lines, at + blank) if at + blank < len(lines) else 0
    return blank + found if found else 0


def heads(lines: Sequence[str], at: int) -> int:
    """How many lines of From, To, Date and Subject start here; 0 if it is no such head.

    A customer's own "From: Seoul, To: Busan" has no address, and a parcel's sender and
    receiver have no subject.
    """
    seen: list[str] = []
    values: list[str] = []
    end = at
    for number in range(at, min(at + _MOST_LINES, len(lines))):
        # A hundred receivers are more than a line; the first of them say enough.
        found = _LABEL.match(lines[number][:LONGEST])
        if found:
            seen.append(str(found.lastgroup and _kind(found)))
            values.append(found["value"])
            end = number + 1
        elif not seen or not _continues(lines[number]):
            break
    return end - at if _is_head(seen, " ".join(values)) else 0


def _kind(found: re.Match[str]) -> str:
    return next(name for name in _LABELS if found[name] is not None)


def _continues(line: str) -> bool:
    """A long list of receivers goes on in the next line."""
    return bool(line.strip()) and ("@" in line or line.startswith((" ", "\t")))


def _is_head(seen: list[str], values: str) -> bool:
    kinds = set(seen)
    if "from" not in kinds or not kinds & {"date", "subject"} or len(seen) < 3:
        return False
    return _ADDRESS.search(values) is not None or kinds >= set(_LABELS)
