"""What a clause does: complain, praise, ask for something, ask something."""

from __future__ import annotations

import re

COMPLAINT, PRAISE, REQUEST, QUESTION, OTHER = (
    "complaint",
    "praise",
    "request",
    "question",
    "other",
)
KINDS = (COMPLAINT, PRAISE, REQUEST, QUESTION, OTHER)

_RULE = re.VERBOSE | re.IGNORECASE
# Korean asks and complains politely: what follows the stem tells, not the stem.
_REQUEST = re.compile(
    r"""
      (?:개선|수정|확인|조치|처리|추가|변경|보완|검토|반영|도입|환불|교환|취소|답변|연락
        |해결|안내|설명|지원|제공|삭제|복구)\s?(?:좀\s?|을\s|를\s)?
      (?:부탁|바랍니다|바라|요청|요망|필요(?:합니다|해요|함|할\s?듯))
    | 부탁\s?(?:드립니다|드려요|드릴게요|합니다|해요|드리|좀)
    | [가-힣]\s?(?:주세요|주십시오|주시길|주시기|주셨으면|주시면\s(?:좋|감사)|줬으면
        |주면\s?좋|달라고|달라는)
    | 바랍니다 | 바라요 | (?<!응)원합니다
    | \bplease\s+\w | \b(?:can|could|would|will)\s+you\b
    | \b(?:i|we)(?:'d|\s+would)\s+(?:like|love|want|appreciate)\b
    | \b(?:i|we)\s+(?:want|need|request|demand|ask|wish)\b
    | \bi\s*(?:'m|am)\s+(?:asking|requesting|demanding)\b
    | \b(?:would|could)\s+be\s+(?:nice|great|good|helpful)\b
    | \bwould\s+be\s+better\b
    | \b(?:you|they)\s+(?:should|need\s+to|ought\s+to)\b
    """,
    _RULE,
)
_WISH = re.compile(
    r"(?:면|시길)\s?(?:좋겠|합니다|하는|싶어요|싶습니다|좋을\s?(?:것|거|텐데))"
)
_ORDER = re.compile(
    r"^\W*(?:add|fix|bring back|remove|allow|make|give|stop|improve|update)\s(?!up\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"""
      [?？][\s"'”’)~!?ㅋㅎㅠㅜ.]*$
    | (?:나요|까요|[은는인던건한된운]가요|는지요|[습입합됩십]니까|할까|일까|을까)
      [\s.~!ㅠㅜ]*$
    | 궁금(?:합니다|해요|하네요) | 문의\s?드(?:립니다|려요)
    | 알고\s?싶(?:어요|습니다|네요) | \bi\s+(?:was\s+)?wonder(?:ing)?\b
    | ^\W*(?:(?:and|so|but|then)\s)?(?:
          (?:how|what|when|where|why|who)\s(?:do|does|did|can|could|will|would|should)
        | why\s(?:is|are|was) | how\s(?:long|much|many) | what\sabout )\s\w+
    """,
    _RULE,
)
# A question mark alone may be a sigh ("왜 만들었지?"); these want an answer.
_ANSWER_WANTED = re.compile(r"나요|까요|가요|지요|니까|알려|궁금|문의|[A-Za-z]")
# Polite or indirect, and yet a complaint.
_COMPLAINT = re.compile(
    r"""
      아쉽 | 아쉬[운워웠움] | 불편 | 불만(?!\s?없) | 실망 | 짜증 | 답답 | 엉망 | 최악
    | 화가?\s?(?:나|납|났) | 황당 | 어이\s?없 | 개선이?\s?(?:필요|시급|요망)
    | 환불이?\s?(?:안|거부|불가) | 신고 | 고장 | 파손 | 불량 | 오류 | 먹통
    | \s(?:너무|넘|심하게)\s(?:비싸|느리|늦|짜|작|적|불)
    | 안\s?(?:되네|돼요|됩니다|됨|되고|되는|열려|와요|옵니다|받아요|받습니다)
    | 시급 | 미흡 | 부족 | 못\s?미[치쳐] | \bcould\s+(?:be|have\s+been)\s+better\b
    | \b(?:complain|dispute|fraud|scam|refus|denied|unacceptable|unauthori[sz]ed
        |illegal|harass|terrible|awful|worst|useless|disappoint)
    """,
    _RULE,
)
_COURTESY = re.compile(
    r"""
    ^\W*(?:안녕하(?:세요|십니까) | 수고(?:하세요|하십니다|많으십니다)
    | (?:정말\s|항상\s)?(?:감사|고맙)(?:합니다|습니다|드립니다)
    | (?:many\s)?thank(?:s|ing)?(?:\syou)?
      (?:\s(?:for|in)\s(?:your|advance|the)[\w\s]{0,40})?
    | hello | hi(?:\sthere)? | dear\s[\w\s/]+ | to\swhom\sit\smay\sconcern
    | (?:sincerely|(?:best\s|kind\s)?regards)[\w\s,]{0,20}
    | good\s(?:morning|afternoon|day) )\W*$
    """,
    _RULE,
)
# Blame is believed sooner than praise: a missed complaint costs more.
_GOOD, _BAD, _STRONG, _GLOWING = 0.45, -0.35, 0.6, 0.85


def kind(text: str, sentiment: float) -> str:
    """One of `KINDS`. `sentiment` is −1 to 1, as `Sentiment.predict` gives it.

    A request or question keeps its kind however it feels: "why was I charged twice?!"
    wants an answer, unless it only sighs. What complains politely counts as a complaint
    unless it plainly feels good. Greetings and thanks at a letter's end are `other`.
    """
    if _COURTESY.match(text):
        return OTHER
    return _asked(text, sentiment) or _felt(text, sentiment)


def _asked(text: str, sentiment: float) -> str | None:
    if _REQUEST.search(text) or _ORDER.match(text):
        return REQUEST
    # "I wish many people saw it" asks nothing of the company.
    if sentiment < _GLOWING and _WISH.search(text):
        return REQUEST
    if _QUESTION.search(text) and not _is_sigh(text, sentiment):
        return QUESTION
    return None


def _is_sigh(text: str, sentiment: float) -> bool:
    return abs(sentiment) >= _STRONG and not _ANSWER_WANTED.search(text)


def _felt(text: str, sentiment: float) -> str:
    if sentiment <= _BAD or (sentiment < _GOOD and _COMPLAINT.search(text)):
        return COMPLAINT
    return PRAISE if sentiment >= _GOOD else OTHER
