"""What columns are called in Korean and English exports."""

from __future__ import annotations

import re


def _names(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Numbers that start again at 1 in every export are no identity.
RUNNING = _names(r"^(no\.?|#|순번|연번|번호|seq|index|unnamed.*|idx)$")
PERSONAL = _names(
    r"이름|성명|성함|전화|연락처|휴대폰|핸드폰|주민|생년월일|주소|이메일|메일|계좌|"
    r"\b(first|last|full|user|customer)?[ _]?name$|phone|mobile|\btel\b|e-?mail|"
    r"address|birth|ssn|passport|zip|postal"
)
REPLY = _names(
    r"답변|답글|회신|처리\s?(내용|결과)|상담사|조치|reply|repl(y|ies)|company.*response|"
    r"developer|agent|resolution|public response"
)
TEXT = _names(
    r"의견|내용|리뷰|후기|본문|텍스트|코멘트|불만|요청|건의|문의|이유|제안|개선|좋았던|"
    r"아쉬|고객의\s?소리|voc|comment|review|text|content|narrative|feedback|message|"
    r"description|body|verbatim|reason|suggest|what|why|how|tell us|sentence|document"
)
TITLE = _names(r"^(제목|타이틀|title|subject|summary|headline|review.?title)$")

ROLES: dict[str, re.Pattern[str]] = {
    "external_id": _names(
        r"^(id|.*[ _.-]?(id|uuid|guid)|.*번호|.*아이디|.*코드|"
        r".*[ _-](no|number|key|idx)|key|code|ticket|permalink|url)$"
    ),
    "date": _names(
        r"날짜|일자|일시|작성일|등록일|접수일|응답일|시간|시각|타임스탬프|date|created|"
        r"timestamp|submit|received|\btime|posted|^at$|_at$|begin|start|when"
    ),
    "product": _names(
        r"제품|상품|서비스(명|$)|품목|모델|영화|브랜드|메뉴|product|item|model|brand|"
        r"movie|film|\bapp(_?name)?$|service$|asin|package"
    ),
    "region": _names(
        r"지역|시도|시군구|도시|권역|지점|매장|점포|region|state|city|area|country|"
        r"store|branch|location|province|district"
    ),
    "customer": _names(
        r"고객\s?(번호|id|아이디|코드)|회원|작성자|닉네임|응답자|customer|reviewer|author|"
        r"\buser|member|respondent|client.?id"
    ),
    "account": _names(
        r"거래처|고객사|업체명|기업명|회사명|account|organi[sz]ation|client"
    ),
    "channel": _names(
        r"채널|경로|접수\s?(방법|수단|유형)|유입|channel|submitted.?via|medium|platform|"
        r"touchpoint|^source$|^via$"
    ),
    "language": _names(r"언어|language|^lang|locale"),
}
SCORE = _names(
    r"nps|추천|만족|csat|ces|평점|별점|점수|평가|rating|score|stars?$|grade|likel|"
    r"recommend|satisf|effort|용이|쉬"
)
NPS = _names(r"nps|추천|recommend|likel")
CES = _names(r"ces\b|effort|용이|쉬[웠운]|노력|easy|ease")
CSAT = _names(r"만족|csat|satisf")
# Best first: when several columns could be the date, the customer's moment wins.
DATE_FIRST = _names(
    r"작성|접수|등록|응답|received|created|submit|timestamp|타임스탬프|review|complaint"
)
DATE_LAST = _names(r"처리|수정|답변|완료|sent|updated|closed|modified|end|reply|resol")
