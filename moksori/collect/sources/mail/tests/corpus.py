"""Korean and English mails made by a seed, each with the truth about its words.

`SHAPES` were in sight when the rules were written; `UNSEEN` are programs that nobody
looked at before their first measurement.
"""

from __future__ import annotations

import html as markup
import random
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

from moksori.collect.sources.mail.tests import phrases

LABELS = ("utf-8", "utf-8", "utf-8", "ks_c_5601-1987", "euc-kr", "ms949", "")
US, OURS = "한빛상사 고객경험팀", "voice@hanbit.example.co.kr"


@dataclass(frozen=True)
class Made:
    """One mail with what is true of it. `kind`: voice, inline, forward, auto, bounce."""

    raw: bytes
    kind: str
    shape: str
    words: str = ""
    quoted: str = ""
    signature: str = ""
    sent: str = ""


@dataclass
class Told:
    """What the program that quotes knows."""

    at: datetime
    name: str
    to: str
    subject: str
    sent: list[str]
    dice: random.Random
    is_korean: bool


Shape = Callable[[Told], list[str]]
WEEKDAYS = "월화수목금토일"


def _ko_date(told: Told) -> str:
    half = "오전" if told.at.hour < 12 else "오후"
    return f"{half} {told.at.hour % 12 or 12}:{told.at:%M}"


def _behind(lines: list[str], mark: str = "> ") -> list[str]:
    return [f"{mark}{line}".rstrip() for line in lines]


def _wrapped(told: Told, lines: list[str]) -> list[str]:
    """Programs that wrap what they quote, and put the mark before each piece."""
    if told.dice.random() < 0.5:
        return _behind(lines)
    return _behind([p for line in lines for p in textwrap.wrap(line, 40) or [""]])


def gmail_ko(told: Told) -> list[str]:
    at = told.at
    head = (
        f"{at.year}년 {at.month}월 {at.day}일 ({WEEKDAYS[at.weekday()]}) {_ko_date(told)}, "
        f"{US} <{OURS}>님이 작성:"
    )
    if told.dice.random() < 0.4:
        cut = head.index("<") + told.dice.choice([0, 1])
        return [head[:cut].rstrip(), head[cut:], "", *_wrapped(told, told.sent)]
    return [head, "", *_wrapped(told, told.sent)]


def gmail_en(told: Told) -> list[str]:
    head = f"On {told.at:%a, %b %d, %Y at %I:%M %p} Hanbit <{OURS}> wrote:"
    parts = textwrap.wrap(head, 60) if told.dice.random() < 0.4 else [head]
    return [*parts, "", *_wrapped(told, told.sent)]


def apple_ko(told: Told) -> list[str]:
    at = told.at
    head = f"{at.year}. {at.month}. {at.day}. {_ko_date(told)}, {US} <{OURS}> 작성:"
    if told.dice.random() < 0.5:
        return _behind([head, "", *told.sent])
    return [head, "", *_behind(told.sent)]


def apple_en(told: Told) -> list[str]:
    head = f"On {told.at:%b %d, %Y, at %H:%M}, Hanbit <{OURS}> wrote:"
    return [head, "", *_behind(told.sent)]


def thunderbird_ko(told: Told) -> list[str]:
    return [
        f"{told.at:%Y-%m-%d} {_ko_date(told)}에 {US} 이(가) 쓴 글:",
        *_behind(told.sent),
    ]


def thunderbird_en(told: Told) -> list[str]:
    return [f"On {told.at:%m/%d/%Y %I:%M %p}, Hanbit wrote:", *_behind(told.sent)]


def outlook_ko(told: Told) -> list[str]:
    at = told.at
    rule = told.dice.choice(["________________________________", "", "-" * 40])
    star = told.dice.choice(["", "*"])
    return [
        *([rule] if rule else []),
        f"{star}보낸 사람:{star} {US} <{OURS}>",
        f"{star}보낸 날짜:{star} {at.year}년 {at.month}월 {at.day}일 금요일 {_ko_date(told)}",
        f"{star}받는 사람:{star} {told.name} <{told.to}>",
        f"{star}제목:{star} {told.subject}",
        "",
        *told.sent,
    ]


def outlook_en(told: Told) -> list[str]:
    star = told.dice.choice(["", "*"])
    rule = told.dice.choice([[], ["-----Original Message-----"]])
    return [
        *rule,
        f"{star}From:{star} Hanbit <{OURS}>",
        f"{star}Sent:{star} {told.at:%A, %B %d, %Y %I:%M %p}",
        f"{star}To:{star} {told.name} <{told.to}>",
        f"{star}Subject:{star} {told.subject}",
        "",
        *told.sent,
    ]


def naver(told: Told) -> list[str]:
    return [
        "-----Original Message-----",
        f'From: "{US}"<{OURS}>',
        f'To: "{told.name}"<{told.to}>',
        "Cc:",
        f"Sent: {told.at:%Y-%m-%d} ({WEEKDAYS[told.at.weekday()]}) {told.at:%H:%M:%S} (GMT+09:00)",
        f"Subject: {told.subject}",
        "",
        *told.sent,
    ]


def daum(told: Told) -> list[str]:
    at = told.at
    return [
        "--------- 원본 메일 ---------",
        f"보낸사람: {US} <{OURS}>",
        f"받는사람: <{told.to}>",
        f"날짜: {at.year}년 {at.month}월 {at.day}일 금요일, {at.hour}시 {at.minute}분 +0900",
        f"제목: {told.subject}",
        "",
        *told.sent,
    ]


def samsung_ko(told: Told) -> list[str]:
    return [
        "-------- 원본 이메일 --------",
        f"발신: {US} <{OURS}>",
        f"날짜: {told.at:%y/%m/%d} {_ko_date(told)} (GMT+09:00)",
        f"받은 사람: {told.to}",
        f"제목: {told.subject}",
        "",
        *told.sent,
    ]


def samsung_en(told: Told) -> list[str]:
    return [
        "-------- Original message --------",
        f"From: Hanbit <{OURS}>",
        f"Date: {told.at:%d/%m/%Y %H:%M} (GMT+09:00)",
        f"To: {told.to}",
        f"Subject: {told.subject}",
        "",
        *told.sent,
    ]


def works(told: Told) -> list[str]:
    return [
        "-----원본 메시지-----",
        f"보낸이 : {US} <{OURS}>",
        f"받는이 : {told.name} <{told.to}>",
        f"보낸시간 : {told.at:%Y-%m-%d %H:%M}",
        f"제목 : {told.subject}",
        "",
        *told.sent,
    ]


SHAPES: dict[str, Shape] = {
    one.__name__: one
    for one in (
        gmail_ko, gmail_en, apple_ko, apple_en, thunderbird_ko, thunderbird_en,
        outlook_ko, outlook_en, naver, daum, samsung_ko, samsung_en, works,
    )
}  # fmt: skip


def yahoo(told: Told) -> list[str]:
    return [
        f"    On {told.at:%A, %B %d, %Y at %I:%M:%S %p GMT+9}, Hanbit <{OURS}> wrote:  ",
        " ",
        *[f"  {line}" for line in told.sent],
    ]


def proton(told: Told) -> list[str]:
    head = f"On {told.at:%A, %B %dth, %Y at %I:%M %p}, Hanbit <{OURS}> wrote:"
    return [head, "", *_behind(told.sent)]


def kakao(told: Told) -> list[str]:
    return [
        "---------원본 메일---------",
        f"보낸사람 : {US} <{OURS}>",
        f"받는사람 : {told.name} <{told.to}>",
        f"날짜 : {told.at:%Y.%m.%d %H:%M}",
        f"제목 : {told.subject}",
        "",
        *told.sent,
    ]


def dooray(told: Told) -> list[str]:
    return [
        "-----Original Message-----",
        f"From: {US} <{OURS}>",
        f"To: {told.name} <{told.to}>",
        f"Sent: {told.at:%Y-%m-%d(%a) %H:%M:%S}",
        f"Subject: {told.subject}",
        "",
        *told.sent,
    ]


def hiworks(told: Told) -> list[str]:
    return [
        "----- Original Message -----",
        f"보낸 사람 : {US} <{OURS}>",
        f"받는 사람 : <{told.to}>",
        f"보낸 날짜 : {told.at:%Y-%m-%d %H:%M:%S}",
        f"제목 : {told.subject}",
        "",
        *told.sent,
    ]


def outlook_mac(told: Told) -> list[str]:
    return [
        f"From: Hanbit <{OURS}>",
        f"Date: {told.at:%A, %d %B %Y at %H:%M}",
        f"To: {told.name} <{told.to}>",
        f"Subject: {told.subject}",
        *told.sent,
    ]


def notes(told: Told) -> list[str]:
    return [
        "",
        f"From: {OURS}",
        f"To: {told.to}",
        f"Date: {told.at:%Y/%m/%d %H:%M}",
        f"Subject: {told.subject}",
        "",
        *told.sent,
    ]


def spark(told: Told) -> list[str]:
    head = f"On {told.at:%d %b %Y, %H:%M %z+0900}, Hanbit <{OURS}>, wrote:"
    return [head, *_behind(told.sent)]


def evolution_ko(told: Told) -> list[str]:
    head = f"{told.at:%Y-%m-%d} (금), {told.at:%H:%M} +0900, {US} 쓰셨습니다:"
    return [head, *_behind(told.sent)]


def zoho(told: Told) -> list[str]:
    head = f"---- On {told.at:%a, %d %b %Y %H:%M:%S} +0900 Hanbit <{OURS}> wrote ----"
    return [head, "", *told.sent]


def mutt(told: Told) -> list[str]:
    return [
        f"* Hanbit <{OURS}> [{told.at:%Y-%m-%d %H:%M:%S} +0900]:",
        "",
        *_behind(told.sent),
    ]


def gmail_ko_short(told: Told) -> list[str]:
    at = told.at
    head = f"{at.year}년 {at.month}월 {at.day}일 (금) {at:%H:%M}, <{OURS}>님이 작성:"
    return [head, *told.sent]


UNSEEN: dict[str, Shape] = {
    one.__name__: one
    for one in (
        yahoo, proton, kakao, dooray, hiworks, outlook_mac, notes, spark, evolution_ko,
        zoho, mutt, gmail_ko_short,
    )
}  # fmt: skip


def corpus(
    seed: int, count: int, *, shapes: dict[str, Shape] | None = None
) -> Iterator[Made]:
    """So many mails; the same seed gives the same ones."""
    dice = random.Random(seed)
    for number in range(count):
        yield _Writer(dice, number, shapes or SHAPES).mail()


class _Writer:
    def __init__(
        self, dice: random.Random, number: int, shapes: dict[str, Shape]
    ) -> None:
        self.dice = dice
        self.number = number
        self.shapes = shapes
        self.is_korean = dice.random() < 0.7
        names = phrases.KO_NAMES if self.is_korean else phrases.EN_NAMES
        self.name = dice.choice(names)
        self.to = f"c{number}@customer.example"
        self.subject = (
            "지난 주문은 어떠셨나요" if self.is_korean else "How was your order"
        )

    def mail(self) -> Made:
        kinds = ["reply"] * 66 + ["new"] * 14 + ["inline"] * 5 + ["auto"] * 6
        kinds += ["bounce"] * 5 + ["forward"] * 4
        return getattr(self, f"_{self.dice.choice(kinds)}")()  # type: ignore[no-any-return]

    def _filled(self, line: str) -> str:
        dice = self.dice
        return line.format(
            n=dice.randint(2, 12),
            p=dice.randint(1000, 9999),
            name=self.name,
            mail=self.to,
        )

    def _words(self) -> str:
        bank = phrases.KO_WORDS if self.is_korean else phrases.EN_WORDS
        chosen = self.dice.sample(bank, self.dice.randint(1, 5))
        joint = self.dice.choice(["\n", "\n", "\n\n", " "])
        return joint.join(self._filled(line) for line in chosen)

    def _signature(self) -> str:
        if self.dice.random() < 0.45:
            return ""
        bank = phrases.KO_SIGNS if self.is_korean else phrases.EN_SIGNS
        return self._filled(self.dice.choice(bank))

    def _sent(self) -> list[str]:
        bank = phrases.KO_SENT if self.is_korean else phrases.EN_SENT
        lines = [self._filled(line) for line in bank]
        first = self.dice.randint(0, 2)
        return lines[first : self.dice.randint(6, len(lines))]

    def _told(self) -> Told:
        at = datetime(2026, 1, 1, 9) + timedelta(minutes=self.dice.randint(0, 450_000))
        return Told(
            at,
            self.name,
            self.to,
            self.subject,
            self._sent(),
            self.dice,
            self.is_korean,
        )

    def _reply(self) -> Made:
        words, signature, told = self._words(), self._signature(), self._told()
        shape = self.dice.choice(list(self.shapes))
        sent = "\n".join(told.sent)
        if self.dice.random() < 0.2:
            told.sent += self._older(told)
        quote = self.shapes[shape](told)
        parts = [words, *([signature] if signature else []), "\n".join(quote)]
        text = "\n\n".join(parts) + "\n"
        raw = self._built(text, is_reply=True)
        return Made(raw, "voice", shape, words, "\n".join(quote), signature, sent)

    def _older(self, told: Told) -> list[str]:
        """A conversation: below our mail an older one, quoted by us."""
        bank = phrases.KO_OLDER if self.is_korean else phrases.EN_OLDER
        lines = [self._filled(line) for line in bank]
        head = (
            f"On {told.at - timedelta(days=3):%b %d, %Y, at %H:%M}, <{self.to}> wrote:"
        )
        return ["", head, *_behind(lines)]

    def _new(self) -> Made:
        words, signature = self._words(), self._signature()
        text = "\n\n".join([words, *([signature] if signature else [])]) + "\n"
        return Made(
            self._built(text, is_reply=False), "voice", "new", words, "", signature
        )

    def _inline(self) -> Made:
        told = self._told()
        bank = phrases.KO_WORDS if self.is_korean else phrases.EN_WORDS
        head = gmail_ko(told) if self.is_korean else gmail_en(told)
        lines, quoted = [], [one for one in head if not one.startswith(">")]
        lines += quoted
        answers = []
        for line in told.sent:
            lines.append(f"> {line}")
            quoted.append(f"> {line}")
            if line[:2] in {"1.", "2.", "3."}:
                answers.append(self._filled(self.dice.choice(bank)))
                lines += ["", answers[-1], ""]
        if not answers:
            return self._new()
        raw = self._built("\n".join(lines) + "\n", is_reply=True)
        words = "\n".join(answers)
        return Made(raw, "inline", "inline", words, "\n".join(quoted))

    def _forward(self) -> Made:
        words = self._words()
        head = self.dice.choice(
            [
                f"---------- Forwarded message ---------\n보낸사람: 고객 <{self.to}>\n"
                f"Date: 2026년 11월 20일 (금) 오후 3:04\nSubject: {self.subject}\nTo: <{OURS}>",
                f"-----Original Message-----\nFrom: {self.to}\nSent: 2026-11-20 15:04\n"
                f"To: {OURS}\nSubject: {self.subject}",
            ]
        )
        raw = self._built(
            f"{head}\n\n{words}\n", is_reply=False, subject=f"Fwd: {self.subject}"
        )
        return Made(raw, "forward", "forward", words)

    def _auto(self) -> Made:
        bank = phrases.KO_AUTO if self.is_korean else phrases.EN_AUTO
        subject, text, headers = self.dice.choice(bank)
        text = self._filled(text)
        subject = subject.format(s=self.subject)
        raw = self._built(text, is_reply=True, subject=subject, headers=headers)
        return Made(raw, "auto", "auto")

    def _bounce(self) -> Made:
        status = self.dice.choice(["5.1.1", "5.2.2", "4.4.1"])
        mail = EmailMessage(policy=SMTP)
        mail["From"] = "MAILER-DAEMON@mx.example"
        mail["To"] = OURS
        mail["Subject"] = self.dice.choice(
            ["Undelivered Mail Returned to Sender", "메일 전송 실패 안내"]
        )
        mail["Message-ID"] = f"<{self.number}.b@mx.example>"
        if self.dice.random() < 0.5:
            mail["X-Failed-Recipients"] = self.to
            mail.set_content(f"550 {status} <{self.to}>: delivery failed\n")
            return Made(mail.as_bytes(), "bounce", status)
        head = mail.as_bytes().split(b"\r\n\r\n")[0].rstrip()
        body = (
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
            "MIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n"
            f"\r\nFinal-Recipient: rfc822; {self.to}\r\nAction: failed\r\nStatus: {status}\r\n"
            "\r\n--b--\r\n"
        )
        return Made(head + b"\r\n" + body.encode(), "bounce", status)

    def _built(
        self,
        text: str,
        *,
        is_reply: bool,
        subject: str = "",
        headers: dict[str, str] | None = None,
    ) -> bytes:
        label = self.dice.choice(LABELS) if self.is_korean else "utf-8"
        subject = subject or (f"Re: {self.subject}" if is_reply else "문의드립니다")
        heads = {
            "From": f"<{self.to}>",
            "To": f"<{OURS}>",
            "Message-ID": f"<{self.number}.{self.dice.randint(0, 10**9)}@customer.example>",
            "Date": "Fri, 20 Nov 2026 15:04:05 +0900",
            **(headers or {}),
        }
        if is_reply:
            heads["In-Reply-To"] = "<sent.1@hanbit.example.co.kr>"
        if label == "utf-8":
            return self._modern(text, subject, heads)
        return _legacy(text, subject, heads, label)

    def _modern(self, text: str, subject: str, heads: dict[str, str]) -> bytes:
        mail = EmailMessage(policy=SMTP)
        for name, value in heads.items():
            mail[name] = value
        mail["Subject"] = subject
        way = self.dice.choice(["plain", "plain", "both", "html", "file"])
        if way in {"plain", "file", "both"}:
            mail.set_content(
                text, cte=self.dice.choice(["base64", "quoted-printable", "8bit"])
            )
        if way == "both":
            mail.add_alternative(as_html(text), subtype="html")
        elif way == "html":
            mail.set_content(as_html(text), subtype="html", cte="base64")
        elif way == "file":
            mail.add_attachment(
                b"%PDF", maintype="application", subtype="pdf", filename="a.pdf"
            )
        return mail.as_bytes()


def _legacy(text: str, subject: str, heads: dict[str, str], label: str) -> bytes:
    """CP949 under another name, or under none at all."""
    shown = Header(subject, "cp949").encode().replace("cp949", label or "euc-kr")
    charset = f'; charset="{label}"' if label else ""
    lines = [f"{name}: {value}" for name, value in heads.items()]
    lines += [f"Subject: {shown}", f"Content-Type: text/plain{charset}"]
    lines += ["Content-Transfer-Encoding: 8bit", "", ""]
    body = text.replace("\n", "\r\n").encode("cp949", "replace")
    return "\r\n".join(lines).encode() + body


def as_html(text: str) -> str:
    """As a program shows it: lines as div, what stands behind ">" as blockquote."""
    found: list[str] = []
    deep = 0
    for line in text.rstrip("\n").split("\n"):
        bare = line.lstrip("> ") if line.startswith(">") else line
        marks = len(line) - len(line.lstrip(">")) if line.startswith(">") else 0
        while deep < marks:
            found.append('<blockquote style="margin:0 0 0 .8ex">')
            deep += 1
        while deep > marks:
            found.append("</blockquote>")
            deep -= 1
        found.append(f"<div>{markup.escape(bare) or '<br>'}</div>")
    found += ["</blockquote>"] * deep
    return f"<html><body>{''.join(found)}</body></html>"
