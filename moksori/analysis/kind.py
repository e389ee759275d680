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

# Korean asks and complains politely: what follows the stem tells, not the stem.
_REQUEST = re.compile(
    r"""
      (?:개선|수정|확인|조치|처리|추가|변경|보완|검토|반영|도입|환불|교환|취소|답변|연락|해결|안내|설명|지원|제공|삭제|복구)\s?(?:좀\s?|을\s|를\s)?
        (?:부탁|바랍니다|바라|요청|요망|필요(?:합니다|해요|함|할\s?듯))
    | 부탁\s?(?:드립니다|드려요|드릴게요|합니다|해요|드리|좀)
    | (?:해|어|아|여|워|켜|꿔|려|쳐|춰|내|둬|놔|줘|봐|와|가|라|겨|혀|져|돼|써|러)\s?(?:주세요|주십시오|주시길|주시기|주셨으면|주시면\s(?:좋|감사)|줬으면|주면\s?좋|달라)
    | 주세요 | 주십시오 | 달라고 | (?:해|하)달라 | 바랍니다 | 바라요 | 원합니다
    | \bplease\s+(?!d\b)(?:\w+) | \b(?:can|could|would|will)\s+you\b(?!.*\bbelieve\b)
    | \b(?:i|we)(?:'d|\s+would)\s+(?:like|love|want|appreciate)\b | \b(?:i|we)\s+(?:want|need|request|demand|ask)\b(?!ed)
    | \bi\s*(?:'m|am)\s+(?:asking|requesting|demanding)\b
    | \b(?:would|could)\s+be\s+(?:nice|great|good|better|helpful)\b | \b(?:i|we)\s+wish\b
    | \b(?:you|they)\s+(?:should|need\s+to|ought\s+to)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WISH = re.compile(
    r"(?:면|시길)\s?(?:좋겠|합니다|하는|싶어요|싶습니다|좋을\s?(?:것|거|텐데))"
)
_ADD = re.compile(
    r"^\W*(?:add|fix|bring back|remove|allow|make|give|stop|improve|update)\b(?!s|ed|ing)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"""
      [?？][\s"'”’)~!?ㅋㅎㅠㅜ.]*$
    | (?:나요|까요|은가요|인가요|는지요|던가요|ㄴ가요|습니까|입니까|합니까|됩니까|십니까|할까|일까|을까|는\s?건가요|건가요|가요)[\s.~!ㅠㅜ]*$
    | (?:궁금합니다|궁금해요|궁금하네요|문의드립니다|문의\s?드려요|알고\s?싶(?:어요|습니다|네요))
    | ^\W*(?:(?:and|so|but|then)\s)?(?:(?:how|what|when|where|why|who)\s+(?:do|does|did|can|could|will|would|should)|why\s+(?:is|are|was)|how\s+(?:long|much|many)|what\s+about)\s(?:\w+\s){0,3}\w+
    | ^\W*(?:is|are)\s+(?:there|it|this|they)\b.*\bor\b | \bi\s+(?:was\s+)?wonder(?:ing)?\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Polite or indirect, and yet a complaint.
_COMPLAINT = re.compile(
    r"""
      아쉽 | 아쉬[운워웠움] | 불편 | 불만(?!\s?없) | 실망 | 짜증 | 답답 | 엉망 | 최악 | 화가?\s?(?:나|납|났) | 황당 | 어이\s?없
    | 개선\s?(?:이\s)?(?:필요|시급|요망) | 환불\s?(?:이\s)?(?:안|거부|불가) | 신고 | 고장 | 파손 | 불량 | 오류 | 먹통
    | (?:이|가|은|는|도)?\s(?:너무|넘|심하게)\s(?:비싸|느리|늦|짜|작|적|불)
    | 안\s?(?:되네|돼요|됩니다|됨|되고|되는|열려|와요|옵니다|받아요|받습니다)
    | \b(?:complain|dispute|fraud|scam|refus|denied|unacceptable|unauthori[sz]ed|illegal|harass|terrible|awful|worst|useless|disappoint)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^\W*(?:안녕하세요|안녕하십니까|수고(?:하세요|하십니다|많으십니다)|감사합니다|고맙습니다"
    r"|(?:many )?thanks?(?: you)?(?: (?:for|in) (?:your|advance|the)[\w ]{0,40})?"
    r"|hello|hi|hi there|dear [\w /]+|to whom it may concern|sincerely|regards|best regards"
    r"|good (?:morning|afternoon|day))[\W]*$",
    re.IGNORECASE,
)
# A question mark alone may be a sigh ("왜 만들었지?"); these endings want an answer.
_ANSWER_WANTED = re.compile(
    r"(?:나요|까요|가요|지요|니까|알려|궁금|문의)|[a-z]", re.IGNORECASE
)
_GOOD, _BAD, _STRONG = 0.35, -0.35, 0.6


def kind(text: str, sentiment: float) -> str:
    """One of `KINDS`. `sentiment` is −1 to 1, as `Sentiment.predict` gives it.

    A request or question keeps its kind however it feels: "why was I charged twice?!" is
    a question to be answered, unless it only sighs. What complains politely counts as a complaint unless it
    plainly feels good.
    """
    if _COURTESY.match(text):
        return OTHER
    if _REQUEST.search(text) or _ADD.match(text):
        return REQUEST
    # "I wish many people saw it" asks nothing of the company.
    if sentiment < _STRONG and _WISH.search(text):
        return REQUEST
    if _QUESTION.search(text) and not _is_sigh(text, sentiment):
        return QUESTION
    if sentiment <= _BAD or (sentiment < _GOOD and _COMPLAINT.search(text)):
        return COMPLAINT
    return PRAISE if sentiment >= _GOOD else OTHER


def _is_sigh(text: str, sentiment: float) -> bool:
    return abs(sentiment) >= _STRONG and not _ANSWER_WANTED.search(text)
