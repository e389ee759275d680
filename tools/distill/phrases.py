"""Short composed phrases of service life, so that the encoder knows its words.

The open Korean texts speak of films and small talk; nobody in them waits for a parcel.
These phrases are read by the teacher only: they are no one's words and are never shown.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

KO_THINGS = """
배송|택배|배달|포장|박스|상품|제품|물건|가격|할인|쿠폰|포인트|적립금|마일리지|결제|카드 결제|간편결제|환불|반품|교환|취소|주문|주문 내역|장바구니|재고|품절|사이즈|색상|디자인|
품질|마감|재질|냄새|소음|발열|배터리|충전|화면|소리|버튼|리모컨|설치|설치 기사님|기사님|배달원|상담원|직원|매장|매장 직원|점원|고객센터|콜센터|상담|전화 연결|대기 시간|응대|
답변|문의|채팅 상담|챗봇|이메일 답장|앱|어플|앱 업데이트|로그인|회원가입|본인 인증|비밀번호|아이디|알림|푸시 알림|광고|검색|검색 결과|필터|속도|로딩|오류|버그|서버|접속|홈페이지|
웹사이트|사이트|페이지|메뉴|글씨|글자 크기|다크 모드|설명|설명서|안내|안내 문자|약관|개인정보|보안|해킹|스팸|요금|요금제|통신비|수수료|이자|대출|금리|한도|송금|이체|계좌|통장|
입금|출금|카드|체크카드|신용카드|보험|보험금|보험료|청구|서류|심사|해지|가입|갱신|자동 결제|정기 구독|구독|무료 체험|영수증|세금계산서|AS|수리|부품|고장|불량|교체|보증 기간|
주차|주차장|화장실|청소|위생|음식|음식 맛|맛|양|메뉴판|반찬|국물|커피|음료|좌석|자리|예약|예약 변경|체크인|객실|침대|조식|수건|에어컨|난방|온수|와이파이|인터넷|통화 품질|
데이터|신호|엘리베이터|버스|지하철|기차|비행기|항공편|수하물|좌석 배정|지연|연착|노선|정류장|병원|진료|의사|간호사|예약 대기|약|검사|수업|강의|강사|교재|수강료|학원|
놀이기구|입장권|대기줄|이벤트|사은품|후기|리뷰|별점|추천|신제품|서비스|정책|시스템|절차|사용법|기능|새 기능|번역|자막|영상|음질|화질|재생|다운로드|업로드|동기화|백업|
세탁기|냉장고|청소기|텔레비전|휴대폰|노트북|이어폰|자동차|타이어|내비게이션|전기차|충전소|주유|화장품|피부|향|옷|신발|가방|기저귀|분유|장난감|가구|매트리스|이사|전기료|
관리비|민원|공무원|신호등|도로|불법 주차|쓰레기|소음 공해|어린이집|공원|가로등
"""
KO_SAID = """
빨라요|빨랐어요|느려요|너무 늦어요|늦게 왔어요|지연됐어요|안 왔어요|아직 안 와요|오지 않았습니다|꼼꼼해요|엉망이에요|엉망|찢어졌어요|파손됐어요|깨져서 왔어요|부서졌어요|더러워요|깨끗해요|깔끔해요|좋아요|
좋았어요|너무 좋습니다|최고예요|만족합니다|만족스러워요|마음에 들어요|별로예요|실망했어요|최악이에요|불만입니다|불편해요|불편합니다|편해요|편리합니다|쉬워요|어려워요|복잡해요|헷갈려요|친절해요|친절하셨어요|
불친절해요|무성의해요|무례했어요|감사합니다|아쉬워요|아쉽네요|개선이 필요해요|개선 부탁드립니다|고쳐 주세요|추가해 주세요|바꿔 주세요|없애 주세요|늘려 주세요|줄여 주세요|알려 주세요|확인 부탁드려요|
비싸요|너무 비쌉니다|올랐어요|싸요|저렴해요|가성비가 좋아요|부담돼요|아까워요|합리적이에요|안 돼요|안 됩니다|작동하지 않아요|자꾸 꺼져요|멈춰요|튕겨요|끊겨요|느려졌어요|실패했어요|오류가 나요|
먹통이에요|안 열려요|사라졌어요|없어졌어요|없어요|부족해요|많아요|너무 많아요|적어요|커요|작아요|맞지 않아요|달라요|설명과 달라요|사진과 달라요|잘못 왔어요|누락됐어요|빠졌어요|두 번 됐어요|
거절당했어요|거부됐어요|취소됐어요|안 받아요|연결이 안 돼요|오래 걸려요|오래 기다렸어요|기다리게 해요|답이 없어요|언제 되나요|언제 오나요|어떻게 하나요|왜 안 되나요|가능한가요|있나요|얼마인가요|
필요해요|있으면 좋겠어요|생겼으면 좋겠어요|추천해요|추천합니다|추천하지 않아요|다시 이용할게요|다시는 안 써요|재구매할게요|맛있어요|맛없어요|식었어요|짜요|달아요|신선해요|상했어요|냄새나요|시끄러워요|
조용해요|예뻐요|튼튼해요|약해요|고장났어요|금방 닳아요|오래가요|뜨거워요|차가워요|추워요|더워요|위험해요|안전해요|믿을 수 없어요|의심스러워요|사기예요|속았어요|문제없어요|그대로예요|좋아졌어요|
나빠졌어요|개선됐어요|해결됐어요|해결되지 않았어요|처리됐어요|빠르게 처리됐어요|이해가 안 돼요|이해하기 쉬워요|자세해요|부실해요|친절한 설명 감사해요|유용해요|쓸모없어요|귀찮아요|짜증나요|화나요|답답해요
"""
EN_THINGS = """
delivery|shipping|the parcel|the courier|packaging|the box|the product|the item|price|discount|coupon|points|payment|card payment|refund|return|exchange|cancellation|order|order history|cart|stock|size|
colour|design|quality|material|smell|noise|battery|charging|screen|sound|button|remote|installation|technician|driver|agent|staff|store|customer service|call centre|waiting time|phone line|response|
answer|enquiry|chat support|chatbot|email reply|app|app update|login|sign-up|verification|password|account|notifications|ads|search|filter|speed|loading|error|bug|server|connection|website|
page|menu|font size|dark mode|description|manual|instructions|terms|privacy|security|spam|bill|plan|fee|interest|loan|rate|limit|transfer|deposit|withdrawal|debit card|credit card|insurance|claim|
premium|paperwork|review process|termination|renewal|automatic payment|subscription|free trial|receipt|invoice|repair|parts|warranty|replacement|parking|toilet|cleaning|hygiene|food|taste|portion|
coffee|drinks|seats|reservation|booking change|check-in|room|bed|breakfast|towels|air conditioning|heating|hot water|wifi|internet|call quality|data|signal|elevator|bus|subway|train|flight|luggage|
delay|route|hospital|doctor|nurse|appointment|medicine|class|lecture|teacher|tuition|ticket|queue|event|gift|reviews|new product|service|policy|system|procedure|feature|translation|subtitles|video|
playback|download|upload|sync|backup|washing machine|fridge|vacuum cleaner|television|phone|laptop|earphones|car|tyres|navigation|charging station|cosmetics|clothes|shoes|bag|toys|furniture|mattress|
credit report|debt|mortgage|collection agency|late fee|identity theft|fraud|statement|balance|escrow|foreclosure|student loan
"""
EN_SAID = """
is fast|was quick|is slow|is too late|arrived late|was delayed|never arrived|has not come yet|was neat|is a mess|was torn|was damaged|arrived broken|is dirty|is clean|is good|was great|is excellent|is the best|
satisfied me|is not good|was disappointing|is the worst|is terrible|is inconvenient|is convenient|is easy|is difficult|is complicated|is confusing|is kind|was friendly|was rude|was careless|thank you|
is a pity|needs improvement|please improve|please fix|please add|please change|please remove|please extend|please reduce|please let me know|please check|is expensive|costs too much|went up|is cheap|is affordable|
is good value|is a burden|is reasonable|does not work|is not working|keeps crashing|freezes|disconnects|got slower|failed|gives an error|is down|does not open|disappeared|is missing|is not enough|is too much|
is too small|is too big|does not fit|is different from the description|is different from the picture|was wrong|was charged twice|was declined|was refused|was cancelled|nobody answers|cannot connect|takes too long|
kept me waiting|no reply|when will it be done|when will it arrive|how do i do it|why does it not work|is it possible|is there one|how much is it|is needed|would be nice|i recommend it|i do not recommend it|
i will use it again|never again|is delicious|tastes bad|was cold|is fresh|smells|is noisy|is quiet|is pretty|is sturdy|is weak|broke down|runs out quickly|lasts long|is hot|is cold|is dangerous|is safe|
cannot be trusted|is a scam|is fine|got better|got worse|was improved|was solved|was not solved|was handled quickly|i do not understand|is easy to understand|is detailed|is useful|is useless|is annoying|makes me angry
"""


# What is said in praise, and what is neither praise nor blame (questions, bare wishes);
# all else above is blame. Used by the sentiment model only.
KO_GOOD = """
빨라요|빨랐어요|꼼꼼해요|깨끗해요|깔끔해요|좋아요|좋았어요|너무 좋습니다|최고예요|만족합니다|만족스러워요|마음에 들어요|편해요|편리합니다|쉬워요|친절해요|친절하셨어요|감사합니다|싸요|저렴해요|
가성비가 좋아요|합리적이에요|추천해요|추천합니다|다시 이용할게요|재구매할게요|맛있어요|신선해요|조용해요|예뻐요|튼튼해요|오래가요|안전해요|문제없어요|좋아졌어요|개선됐어요|해결됐어요|처리됐어요|
빠르게 처리됐어요|이해하기 쉬워요|자세해요|친절한 설명 감사해요|유용해요
"""
KO_PLAIN = """
추가해 주세요|바꿔 주세요|알려 주세요|확인 부탁드려요|늘려 주세요|줄여 주세요|많아요|커요|작아요|취소됐어요|언제 되나요|언제 오나요|어떻게 하나요|가능한가요|있나요|얼마인가요|필요해요|
있으면 좋겠어요|생겼으면 좋겠어요|차가워요|뜨거워요|그대로예요
"""
EN_GOOD = """
is fast|was quick|was neat|is clean|is good|was great|is excellent|is the best|satisfied me|is convenient|is easy|is kind|was friendly|thank you|is cheap|is affordable|is good value|is reasonable|i recommend it|
i will use it again|is delicious|is fresh|is quiet|is pretty|is sturdy|lasts long|is safe|is fine|got better|was improved|was solved|was handled quickly|is easy to understand|is detailed|is useful
"""
EN_PLAIN = """
please add|please change|please let me know|please check|please extend|please reduce|was cancelled|when will it be done|when will it arrive|how do i do it|is it possible|is there one|how much is it|
is needed|would be nice|is hot|is cold
"""


def words(block: str) -> list[str]:
    return [word.strip() for word in block.replace("\n", "").split("|") if word.strip()]


def phrases(rng: random.Random, n: int = 24_000) -> Iterator[str]:
    ko_things, ko_said = words(KO_THINGS), words(KO_SAID)
    en_things, en_said = words(EN_THINGS), words(EN_SAID)
    for _ in range(n):
        yield korean(rng, ko_things, ko_said)
        yield english(rng, en_things, en_said)
    yield from ko_things + ko_said + en_things + en_said


def judged(rng: random.Random, n: int = 12_000) -> Iterator[tuple[str, float]]:
    """Phrases with how they feel: 1 for praise, −1 for blame, 0 for neither."""
    good, plain = (
        {*words(KO_GOOD), *words(EN_GOOD)},
        {*words(KO_PLAIN), *words(EN_PLAIN)},
    )
    for things, said, join in (
        (words(KO_THINGS), words(KO_SAID), korean),
        (words(EN_THINGS), words(EN_SAID), english),
    ):
        for word in said:
            score = 1.0 if word in good else 0.0 if word in plain else -1.0
            for text in {join(rng, things, [word]) for _ in range(n // len(said))}:
                yield text, score
        for thing in things:
            yield thing, 0.0


def english(rng: random.Random, things: list[str], said: list[str]) -> str:
    return f"{rng.choice(things)} {rng.choice(said)}"


def korean(rng: random.Random, things: list[str], said: list[str]) -> str:
    thing = rng.choice(things)
    closed = (ord(thing[-1]) - 0xAC00) % 28 > 0
    particle = rng.choice(["이" if closed else "가", "은" if closed else "는", ""])
    return f"{thing}{particle} {rng.choice(said)}"
