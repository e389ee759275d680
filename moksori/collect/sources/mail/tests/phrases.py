"""What customers, companies and mail programs write, to make mails of."""

from __future__ import annotations

KO_WORDS = """\
배송이 예정일보다 {n}일이나 늦었습니다.
포장이 찢어져서 내용물이 다 젖었어요.
상담원이 정말 친절하게 안내해 주셨습니다.
앱을 켤 때마다 로그인을 다시 해야 해서 불편합니다.
환불을 요청한 지 {n}일이 지났는데 아직 소식이 없네요.
가격은 조금 비싸지만 품질은 만족합니다.
결제 화면에서 오류가 나서 세 번이나 다시 했습니다.
설명서가 너무 어려워요. 그림이 있으면 좋겠습니다.
매장이 깨끗하고 직원분도 친절했어요.
다음에도 이용하고 싶습니다.
{n}점 드립니다. 이유는 속도입니다.
전화 연결까지 {n}분을 기다렸습니다.
솔직히 실망했습니다 ㅠㅠ
사진과 색이 많이 달라요.
사이즈 교환이 가능한지 궁금합니다.
주말에는 상담이 안 되나요?
펲시 색상이 품절이라 아쉬웠어요.
똠방각하 세트는 구성이 알찹니다.
영수증을 다시 받을 수 있을까요?
아이가 아주 좋아합니다^^
쿠폰이 적용되지 않았습니다. 확인 부탁드립니다.
회원 탈퇴 메뉴를 찾기 어렵습니다.
문의: 언제 재입고되나요?
1) 배송이 늦음
2) 포장이 약함
- 소음이 큽니다
가격 -> 비쌈, 품질 -> 좋음
네, 추천하고 싶어요.
담당자가 “규정상 안 된다”고만 했습니다.
보낸 사람 이름이 안 나와서 누가 보냈는지 몰랐어요.
제목: 이라고만 적힌 문자가 왔습니다.
원본 메일을 지워 버려서 주문 번호를 모르겠습니다.
감사합니다.
수고하세요.
빠른 답변 부탁드립니다.
From 뒤에 제 이름이 잘못 적혀 있었어요.
{n}월 {n}일에 작성한 문의의 답을 못 받았습니다.
>_< 너무 속상합니다
이 메일을 보시면 연락 주세요.
고객센터 번호가 바뀌었나요? 1588로 시작하는 번호요.
""".splitlines()
EN_WORDS = """\
The parcel came {n} days late.
The box was torn and everything inside was wet.
Your agent was very kind and patient.
I have to sign in every time I open the app.
I asked for a refund {n} days ago and heard nothing.
A bit expensive, but the quality is good.
The payment page failed three times.
The manual is hard to follow. Pictures would help.
I would use it again.
{n} out of 10, because it was quick.
I waited {n} minutes on the phone.
Honestly, I am disappointed :(
The colour is not what I saw in the picture.
Can I exchange it for a larger size?
Is support closed on weekends?
The coupon did not work. Please check.
I cannot find how to close my account.
Question: when will it be back in stock?
1) late delivery
2) weak packaging
- it is noisy
price -> high, quality -> good
Yes, I would recommend you.
On Monday I wrote to you and got no answer.
From what I can see, the order was never sent.
To be honest, the date was wrong, too.
Subject to a refund I would stay.
He said: "that is our policy".
Thanks a lot.
Please call me back.
I sent this from my office, not from home.
The original message on your site was clearer.
The confidential clause in your terms worries me.
""".splitlines()
KO_SENT = """\
안녕하세요, {name} 고객님.
지난 {n}월 주문은 어떠셨나요?
한 줄이면 충분합니다. 이 메일에 그대로 답장해 주세요.
1. 가까운 분께 추천하시겠습니까? (0~10점)
2. 그렇게 생각하신 가장 큰 이유는 무엇인가요?
3. 저희가 한 가지만 고친다면 무엇이 좋을까요?
보내 주신 말씀은 담당 팀이 모두 읽습니다.
받고 싶지 않으시면 아래 링크를 눌러 주세요.
https://voice.example.com/s/{n}{n}{n}/unsubscribe?token=abcdef0123456789
고객의 목소리를 듣는 한빛상사 고객경험팀 드림
""".splitlines()
EN_SENT = """\
Dear {name},
How was your order of last month?
One line is enough. Just answer this mail.
1. How likely are you to recommend us (0 to 10)?
2. What is the most important reason for your score?
3. If we could mend one thing, what should it be?
Every answer is read by the team in charge.
If you do not want to be asked, follow the link below.
https://voice.example.com/s/{n}{n}{n}/unsubscribe?token=abcdef0123456789
The customer experience team of Hanbit Trading
""".splitlines()
KO_OLDER = [
    "문의 주셔서 감사합니다.",
    "담당 부서에 전달해 두었습니다.",
    "{n}일 안에 연락드리겠습니다.",
]
EN_OLDER = ["Thank you for your question.", "We passed it on.", "You will hear from us in {n} days."]  # fmt: skip
KO_SIGNS = [
    "{name} 드림",
    "-- \n{name}\n010-{p}-{p}",
    "나의 iPhone에서 보냄",
    "내 iPhone에서 보냄",
    "Galaxy에서 보냄",
    "삼성 Galaxy 스마트폰에서 보냈습니다.",
    "네이버 메일앱에서 보냈습니다.",
    "Android용 Outlook 다운로드",
    "{name} 과장\n(주)새벽물산 구매팀\nTel. 02-{p}-{p} | M. 010-{p}-{p}\n{mail}",
    "{name} / 대리\n새벽물산(주)\n서울특별시 강남구 테헤란로 {n}\n전화: 02-{p}-{p}\n{mail}",
    "----------------------------\n{name} 팀장\n주식회사 새벽\nT. 02-{p}-{p}  F. 02-{p}-{p}\nwww.saebyeok.co.kr",
    "{name} 올림\n\n나의 iPhone에서 보냄",
    "본 메일은 지정된 수신인만을 위한 것이며 기밀 정보가 포함되어 있을 수 있습니다. "
    "잘못 수신하신 경우 즉시 삭제하여 주시기 바랍니다. 무단 배포를 금합니다.",
    "=============================\n{name}\n연락처: 010-{p}-{p}\n이메일: {mail}",
]
EN_SIGNS = [
    "Sent from my iPhone",
    "Get Outlook for Android",
    "Sent from Mail for Windows",
    "-- \n{name}\n+82 10 {p} {p}",
    "Best regards,\n{name}",
    "Kind regards,\n\n{name}\nPurchasing Manager\nDawn Trading Co., Ltd.\nT: +82 2 {p} {p}\n{mail}",
    "{name}\nSenior Engineer | Dawn Inc.\nMobile: +82 10 {p} {p}\nwww.dawn.example.com",
    "This e-mail and any attachments are confidential and intended only for the named "
    "recipient. If you received it in error, please notify the sender and delete it.",
    "Sincerely,\n{name}\n\nSent from my Galaxy",
]
KO_NAMES = [
    "김철수",
    "이영희",
    "박민준",
    "최서연",
    "정하늘",
    "윤가온",
    "한지우",
    "남궁민",
]
EN_NAMES = ["John Smith", "Mary Jones", "Alex Kim", "Sara Lee", "Tom Baker"]
KO_AUTO = [
    ("자동 회신: {s}", "현재 휴가 중이라 {n}일에 확인하겠습니다.", {}),
    ("[부재중] {s}", "출장 중입니다.", {"Auto-Submitted": "auto-replied"}),
    ("RE: {s}", "메일이 접수되었습니다.", {"X-Autoreply": "yes"}),
    ("읽음: {s}", "메일을 읽었습니다.", {}),
    ("Re: {s}", "부재중 자동응답입니다.", {"Precedence": "auto_reply"}),
]
EN_AUTO = [
    ("Automatic reply: {s}", "I am out of the office until the {n}th.", {}),
    ("Out of Office: {s}", "I am away.", {"Auto-Submitted": "auto-replied"}),
    ("Re: {s}", "We got your mail.", {"Auto-Submitted": "auto-generated"}),
    ("Auto: {s}", "Thank you for your mail.", {"X-Autorespond": "1"}),
]
