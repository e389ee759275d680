"""Words and numbers as people read them, in Korean and in English."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUS = "−"
_CLOSING = "\"'”’)]」』》>.,!?… "
_HANGUL = range(0xAC00, 0xD7A4)
_DIGITS_WITH_FINAL = "013678"
_DIGITS_WITH_RIEUL = "178"
_LETTERS_WITH_FINAL = "LMNR"
_LETTERS_WITH_RIEUL = "LR"
# How the end of an English word is usually written in Hangul.
_RIEUL_ENDING = re.compile(r"(l|[bcdfgkptz]le|[aeiouy]le)$")
_FINAL_ENDING = re.compile(r"([mn]|ng|[mn]e|[aeiou][pkct]|ck|pp|tt|[aeiou]b)$")
_PARTICLES = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
# Only right behind a word: "김철수 이(가)" is how some mail programs write.
_BOTH = re.compile(r"(?<=\S)(?:" + "|".join(map(re.escape, _PARTICLES)) + ")")
_WEEKDAYS_KO = "월화수목금토일"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def is_korean() -> bool:
    return (get_language() or "ko").startswith("ko")


# --- particles -----------------------------------------------------------------


def josa(word: str, pair: str) -> str:
    """The word with the particle of `pair` ("이/가", "을/를", "으로/로") that fits it.

    The form after a final consonant comes first in the pair. When the sound of the end
    cannot be told (an emoji, a symbol), both are written: "이(가)".
    """
    after_final, after_vowel = pair.split("/")
    final = final_sound(word)
    if final is None:
        return word + _both(after_final, after_vowel)
    if final == "ㄹ" and after_final == "으로":
        return word + after_vowel
    return word + (after_final if final else after_vowel)


def with_particles(sentence: str) -> str:
    """A finished sentence with the one particle wherever a translation gives both.

    “강남”은(는) becomes “강남”은. A translator writes both forms because what stands
    before is known only now; where its sound cannot be told, both stay.
    """
    if "(" not in sentence or not is_korean():
        return sentence

    def fitting(found: re.Match[str]) -> str:
        both = found.group()
        final = final_sound(sentence[max(0, found.start() - 60) : found.start()])
        if final is None:
            return both
        after_final, after_vowel = _PARTICLES[both]
        is_ro = final == "ㄹ" and after_final == "으로"
        return after_final if final and not is_ro else after_vowel

    return _BOTH.sub(fitting, sentence)


def _both(after_final: str, after_vowel: str) -> str:
    if after_final.endswith(after_vowel):
        return f"({after_final[: -len(after_vowel)]}){after_vowel}"
    return f"{after_final}({after_vowel})"


def final_sound(word: str) -> str | None:
    """What the word ends in: "ㄹ", another consonant "ㅇ", "" a vowel, None unknown."""
    bare = word.rstrip(_CLOSING)
    if not bare:
        return None
    last = bare[-1]
    if ord(last) in _HANGUL:
        return _hangul_final(last)
    if last.isdigit() and last.isascii():
        return _sort_of(last, _DIGITS_WITH_RIEUL, _DIGITS_WITH_FINAL)
    if last.isalpha() and last.isascii():
        return _latin_final(bare)
    return "" if last == "%" else None


def _hangul_final(syllable: str) -> str:
    final = (ord(syllable) - 0xAC00) % 28
    if not final:
        return ""
    return "ㄹ" if final == 8 else "ㅇ"


def _sort_of(last: str, rieul: str, final: str) -> str:
    if last in rieul:
        return "ㄹ"
    return "ㅇ" if last in final else ""


def _latin_final(text: str) -> str:
    found = re.search(r"[A-Za-z]+$", text)
    word = found.group() if found else text
    if word.isupper() or len(word) == 1:  # read letter by letter
        return _sort_of(word[-1].upper(), _LETTERS_WITH_RIEUL, _LETTERS_WITH_FINAL)
    word = word.lower()
    if _RIEUL_ENDING.search(word):
        return "ㄹ"
    return "ㅇ" if _FINAL_ENDING.search(word) else ""


# --- numbers -------------------------------------------------------------------


def number(value: float, places: int = 0) -> str:
    """12,340 – for tables; a real minus sign."""
    text = f"{abs(value):,.{places}f}"
    is_zero = not float(text.replace(",", ""))
    return text if value >= 0 or is_zero else MINUS + text


def share(value: float, places: int = 1) -> str:
    """0.084 → 8.4%."""
    return f"{number(value * 100, places)}%"


def points(value: float, places: int = 1) -> str:
    """A difference of shares, signed: −0.029 → −2.9%p (English: −2.9 pp)."""
    unit = "%p" if is_korean() else " pp"
    return _signed(value * 100, places) + unit


def change(value: float, places: int = 2) -> str:
    """A difference of scores, signed: 0.3 → +0.30."""
    return _signed(value, places)


def times(value: float) -> str:
    """2.4배: how many times as much."""
    return number(value, 1) + ("배" if is_korean() else "×")


def net(value: float) -> str:
    """A net promoter score given as a difference of shares: 0.31 → +31."""
    return _signed(value * 100, 0)


def _signed(value: float, places: int) -> str:
    text = number(value, places)
    has_sign = text.startswith(MINUS) or not float(text.replace(",", ""))
    return text if has_sign else f"+{text}"


def approx(value: float) -> str:
    """A count in prose: 1만 2천, 123만, 1억 2천만; in English 12,000 or 1.2 million."""
    count = round(value)
    return _approx_ko(count) if is_korean() else _approx_en(count)


def _approx_ko(count: int) -> str:
    if count < 10_000:
        return number(count)
    if count < 99_500:
        tens, thousands = divmod(round(count, -3) // 1000, 10)
        return f"{tens}만 {thousands}천" if thousands else f"{tens}만"
    if count < 99_995_000:
        return f"{number(round(count / 10_000))}만"
    hundred_millions, millions = divmod(round(count, -7) // 10_000_000, 10)
    tail = f" {millions}천만" if millions else ""
    return f"{number(hundred_millions)}억{tail}"


def _approx_en(count: int) -> str:
    if count < 10_000:
        return number(count)
    if count < 999_500:
        return number(round(count, -3))
    if count < 999_500_000:
        return f"{count / 1_000_000:.3g} million"
    return f"{count / 1_000_000_000:.3g} billion"


# --- time ----------------------------------------------------------------------


def local_day(moment: date | datetime) -> date:
    """The day on which it happened, in the zone of the installation."""
    if not isinstance(moment, datetime):
        return moment
    return timezone.localtime(moment).date() if moment.tzinfo else moment.date()


def day(moment: date | datetime, *, today: date | None = None) -> str:
    """11월 18일 (수), or Wed 18 Nov; with the year when it is not this one."""
    when = local_day(moment)
    today = today or timezone.localdate()
    if is_korean():
        year = f"{when.year}년 " if when.year != today.year else ""
        return f"{year}{when.month}월 {when.day}일 ({_WEEKDAYS_KO[when.weekday()]})"
    year = f" {when.year}" if when.year != today.year else ""
    weekday = _WEEKDAYS_EN[when.weekday()]
    return f"{weekday} {when.day} {_MONTHS_EN[when.month - 1]}{year}"


def short_day(moment: date | datetime) -> str:
    """11. 18. in tables, 18 Nov in English."""
    when = local_day(moment)
    if is_korean():
        return f"{when.month}. {when.day}."
    return f"{when.day} {_MONTHS_EN[when.month - 1]}"


def clock(moment: datetime) -> str:
    """오후 3:04, or 15:04."""
    local = timezone.localtime(moment)
    if not is_korean():
        return f"{local:%H:%M}"
    half = "오전" if local.hour < 12 else "오후"
    return f"{half} {local.hour % 12 or 12}:{local:%M}"


def moment(at: datetime) -> str:
    """11월 18일 (수) 오후 3:04."""
    return f"{day(at)} {clock(at)}"


def ago(at: datetime, *, now: datetime | None = None) -> str:
    """방금, 3분 전, 2시간 전, 어제, 3일 전, then the day. The future: 3일 뒤."""
    now = now or timezone.now()
    days = (local_day(now) - local_day(at)).days
    if days < 0 or at > now + timedelta(minutes=1):
        return _ahead(-days, at, now)
    seconds = (now - at).total_seconds()
    if days == 0 or seconds < 3600:
        return _today(seconds)
    if days == 1:
        return _("yesterday")
    if days < 7:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return day(at, today=local_day(now))


def _today(seconds: float) -> str:
    if seconds < 60:
        return _("just now")
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if not hours:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {
            "n": minutes
        }
    return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}


def _ahead(days: int, at: datetime, now: datetime) -> str:
    if days == 0:
        return _("today, %(time)s") % {"time": clock(at)}
    if days == 1:
        return _("tomorrow")
    if days < 7:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return day(at, today=local_day(now))


# --- verbatims -----------------------------------------------------------------

_MASK = re.compile(r"\[([a-z_]{2,20})\]")


def mask_label(kind: str) -> str | None:
    """What stands for a hidden detail: phone → 전화번호; None when it is no mask."""
    return {
        "phone": _("phone number"),
        "email": _("e-mail address"),
        "rrn": _("resident number"),
        "card": _("card number"),
        "account": _("account number"),
        "passport": _("passport number"),
        "license": _("licence number"),
        "plate": _("number plate"),
        "name": _("name"),
        "address": _("address"),
        "ip": _("IP address"),
        "url": _("link"),
        "id": _("identifier"),
        "number": _("number"),
        "order": _("order number"),
        "business": _("business number"),
    }.get(kind)


def masks_in(text: str) -> list[tuple[int, int, str]]:
    """Where hidden details stand in a text: start, end, label."""
    found = []
    for match in _MASK.finditer(text):
        label = mask_label(match.group(1))
        if label is not None:
            found.append((match.start(), match.end(), label))
    return found


def mask_words(text: str) -> str:
    """The text with [phone] written as [전화번호]; for mails and files."""
    return _MASK.sub(
        lambda match: f"[{mask_label(match.group(1)) or match.group(1)}]", text
    )
