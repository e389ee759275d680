"""What programs and people put under every mail: names, telephones, disclaimers."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_LINES = 16  # of a signature without a delimiter
_LONGEST = 500  # characters of a line that a program puts there
_FOOTERS = re.compile(
    r"^\W*+(?:"
    r"(?:sent|gesendet) (?:from|via|with|using) (?:my |the )?.{2,60}"
    r"|get outlook for .{2,20}|(?:ios|android|mac)용 outlook\S*(?: 다운로드"
    r"| 받기)?.{0,40}"
    r"|(?:나의|내|제)?\s?(?:iphone|ipad|아이폰|아이패드|갤럭시|galaxy|휴대폰"
    r"|스마트폰|samsung|삼성)"
    r".{0,30}(?:에서|로)\s?(?:보냄|보냈습니다|전송됨|작성|발송)\S{0,6}"
    r"|.{0,30}(?:네이버|naver|다음|daum|카카오|kakao|outlook|yahoo|gmail"
    r"|메일)\s?.{0,16}"
    r"(?:앱|메일|mail|용)\s?.{0,8}에서\s?(?:보냄|보냈습니다|전송됨)\S{0,4}"
    r"|windows용 메일에서 보냄|(?:ios|android|windows)용 .{2,20}에서 (?:보냄|전송)"
    r"|virus-free\.?.{0,30}|바이러스 (?:없음|가 없습니다).{0,40}"
    r"|(?:this e-?mail|이 (?:전자)?메일).{0,20}(?:avast|checked for viruses"
    r"|바이러스 검사).{0,80}"
    r")\W*$",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"^\W*(?:caution|warning|external|외부\s?메일|외부\s?발신|주의)\b.{0,20}"
    r"(?:originated from outside|external|외부에서|외부 ?메일|sender|발신|링크"
    r"|첨부).{0,300}$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"기밀|비밀\s?정보|수신인|수신자|무단|열람|배포|폐기|삭제하여|법적"
    r"|본 (?:전자)?메일|발신전용"
    r"|confidential|intended (?:only |solely )?for|recipient|disclos|privileged"
    r"|unauthori[sz]ed|notify the sender|delete (?:it|this)|disclaimer",
    re.IGNORECASE,
)
_DISCLAIMS = re.compile(
    r"^\W*(?:본|이) (?:전자\s?우편|전자\s?메일|이?\s?메일|메일|메시지|정보)"
    r"|^\W*(?:this|the) (?:(?:information|content).{0,40})?"
    r"(?:e-?mail|message|communication|transmission)"
    r"|^\W*(?:confidentiality|disclaimer|notice|법적 고지|보안 안내|면책)",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"^--[ \t]$")
_RULE = re.compile(r"^\s*[-–—_=*~+#ㅡ─━]{2,}\s*$")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_URL = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w\-]+\.(?:co\.kr|com|net|kr|org|io)\b\S*"
)
_PHONE = re.compile(
    r"(?:\+?\d{1,3}[ .\-)]{1,2})?\(?0?\d{1,4}\)?[ .\-)]{1,2}\d{3,4}[ .\-]{1,2}\d{4}"
    r"|1[568]\d\d-\d{4}"
)
_CONTACT_LABEL = re.compile(
    r"\b(?:tel|mobile|phone|fax|email|e-mail|mail|web|homepage|office|cell|direct"
    r"|addr(?:ess)?"
    r"|[tmfphecw]|h\.?p)\b\s*[.:)]?|전화|휴대폰|휴대전화|핸드폰|직통|팩스|이메일"
    r"|메일|홈페이지|주소|연락처|대표",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충[청북남]|전[라북남]"
    r"|경[상북남]|제주)\S{0,6}"
    r"\s.{0,40}(?:로|길|동|읍|면)\s?\d+|\(?우?\)?\s?\d{5}\)?\s(?:서울|부산|대구"
    r"|인천|경기)"
    r"|\d+,? .{2,40}(?:-ro|-gil|-gu|street|st\.|avenue|ave\.?|road|rd\.)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\(주\)|㈜|주식회사|유한회사|\binc\b\.?|\bco\.?,? ?ltd|\bcorp\b|\bllc\b|\bgmbh\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:사원|대리|과장|차장|부장|팀장|실장|본부장|이사|상무|전무|대표|주임|책임"
    r"|선임|수석|매니저|연구원|교수"
    r"|원장|점장|기사|엔지니어)(?:\s?/.{0,20}|\s[가-힣]{2,4})?$"
    r"|^[가-힣A-Za-z& ]{1,20}(?:팀|부|본부|실|센터|과|그룹|사업부|지점)\s*[/|·]"
    r"|\b(?:manager|director|engineer|officer|president|assistant|lead|head of"
    r"|specialist"
    r"|consultant|analyst|supervisor|coordinator)\b",
    re.IGNORECASE,
)
_FAMILY = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심"
    "노곽성차주우구민진지엄채원천방공현함변염여추"
)
_NAME = re.compile(
    rf"^(?:[{_FAMILY}] ?[가-힣] ?[가-힣]"
    rf"|[A-Z][a-z]+(?: [A-Z]\.?)?(?: [A-Z][a-z\-]+){{1,2}})"
    r"(?:\s?\(.{1,30}\)|\s?[/|·,]\s?.{1,30})?$"
)
_SIGNED = re.compile(
    rf"^\W{{0,3}}(?:.{{0,24}}\s)?[{_FAMILY}]\s?[가-힣]\s?[가-힣]?\s*(?:드림|올림"
    rf"|배상|拜上|드립니다\.?)\W*$"
)
_CLOSING = re.compile(
    r"^(?:(?:best|kind|warm|with kind)?\s?(?:regards|wishes)|sincerely(?: yours)?"
    r"|cheers|best"
    r"|yours (?:truly|sincerely|faithfully)|respectfully|many thanks|thanks"
    r"|thank you)\s?[,.!]?$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?:[다요죠까네음함]|세요|습니다|니다|드려요)[.!?~ㅠㅜ^]*$|[.!?]$", re.IGNORECASE
)


def without_signature(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines of a person's own words, and what stood under them."""
    kept = _without_banner(list(lines))
    dropped: list[str] = []
    for cut in (_delimited, _footed, _disclaimed, _footed, _ruled, _carded, _signed):
        at = cut(kept)
        if any(line.strip() for line in kept[:at]):
            dropped = [*kept[at:], *dropped]
            kept = _trimmed(kept[:at])
    return kept, dropped


def _trimmed(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _without_banner(lines: list[str]) -> list[str]:
    """Gateways write "this mail came from outside" above the words."""
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None or not _BANNER.match(lines[first]):
        return lines
    end = first
    while end < len(lines) and lines[end].strip():
        end += 1
    return lines[end:] if any(line.strip() for line in lines[end:]) else lines


def _delimited(lines: list[str]) -> int:
    """The delimiter of RFC 3676 is said by programs, not by people."""
    for number, line in enumerate(lines):
        if _DELIMITER.match(line) and len(lines) - number <= 40:
            return number
    return len(lines)


def _footed(lines: list[str]) -> int:
    at = len(lines)
    while at and (not lines[at - 1].strip() or _is_footer(lines[at - 1].strip())):
        at -= 1
    return at


def _is_footer(line: str) -> bool:
    return len(line) <= _LONGEST and _FOOTERS.match(line) is not None


def _disclaimed(lines: list[str]) -> int:
    """The last paragraphs, if they disclaim."""
    at = len(lines)
    while at:
        start = _paragraph_start(lines, at)
        words = " ".join(lines[start:at])
        found = {hit.lower() for hit in _DISCLAIMER.findall(words)}
        is_short = len(words.strip()) < 40
        if is_short or len(found) < 2 or not _DISCLAIMS.search(words):
            break
        at = start
        while at and (not lines[at - 1].strip() or _RULE.match(lines[at - 1])):
            at -= 1
    return at


def _paragraph_start(lines: list[str], end: int) -> int:
    at = end
    while at and lines[at - 1].strip() and not _RULE.match(lines[at - 1]):
        at -= 1
    return at if at < end else max(end - 1, 0)


def _ruled(lines: list[str]) -> int:
    """A drawn line with nothing but a name and ways to reach them below it."""
    for number in range(len(lines) - 1, max(-1, len(lines) - MOST_LINES), -1):
        if _RULE.match(lines[number]):
            below = [line for line in lines[number + 1 :] if line.strip()]
            if below and _is_card(below, least=1):
                return _up_to_closing(lines, number)
    return len(lines)


def _carded(lines: list[str]) -> int:
    """A visiting card without any line above it: at least two lines, one to reach."""
    at = len(lines)
    lowest = max(0, len(lines) - MOST_LINES)
    while at > lowest and (
        not lines[at - 1].strip() or _is_card_line(lines[at - 1].strip())
    ):
        at -= 1
    card = [line for line in lines[at:] if line.strip()]
    return _up_to_closing(lines, at) if _is_card(card, least=2) else len(lines)


def _is_card(lines: list[str], *, least: int) -> bool:
    plain = [line.strip() for line in lines if not _RULE.match(line)]
    if not plain or not all(_is_card_line(line) for line in plain):
        return False
    ways = sum(_ways(line) for line in plain)
    return ways > 0 and (len(plain) >= least or ways > 1)


def _is_card_line(line: str) -> bool:
    if _RULE.match(line):
        return True
    if len(line) > 110:
        return False
    if _is_way(line) or _NAME.match(line) or _SIGNED.match(line):
        return True
    if _SENTENCE.search(line) and not _COMPANY.search(line[-12:]):
        return False
    is_office = _COMPANY.search(line) or _TITLE.search(line) or _PLACE.search(line)
    return bool(is_office) and len(line) <= 70


def _is_way(line: str) -> bool:
    """Nothing but telephone numbers and addresses, with their labels."""
    if not _ways(line):
        return False
    rest = line
    for one in (_EMAIL, _URL, _PHONE, _CONTACT_LABEL):
        rest = one.sub("", rest)
    rest = re.sub(r"[\W\d_]", "", rest)
    return len(rest) <= 6 and not _SENTENCE.search(line.rstrip(".").strip())


def _ways(line: str) -> int:
    return sum(bool(one.search(line)) for one in (_EMAIL, _URL, _PHONE, _PLACE))


def _up_to_closing(lines: list[str], at: int) -> int:
    """The "Best regards" above a card belongs to it; 감사합니다 is said in earnest."""
    above = at
    while above and not lines[above - 1].strip():
        above -= 1
    if above and _CLOSING.match(lines[above - 1].strip()):
        return above - 1
    return at


def _signed(lines: list[str]) -> int:
    """A name alone as the last line: "홍길동 드림", or one under "Best regards"."""
    if not lines:
        return 0
    if _SIGNED.match(lines[-1].strip()):
        return len(lines) - 1
    for back in (2, 3):
        if len(lines) > back and _CLOSING.match(lines[-back].strip()):
            below = [line.strip() for line in lines[len(lines) - back + 1 :]]
            is_name = all(
                len(line) <= 40 and not _SENTENCE.search(line) for line in below
            )
            return len(lines) - back if is_name else len(lines)
    if len(lines) > 1 and _CLOSING.match(lines[-1].strip()):
        return len(lines) - (not lines[-1].strip().lower().startswith("thank"))
    return len(lines)
