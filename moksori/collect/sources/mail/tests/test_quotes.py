"""Own words and quotations, as mail programs really set them."""

from __future__ import annotations

import pytest

from moksori.collect.sources.mail.html import text_of_html
from moksori.collect.sources.mail.quotes import answers_inline, own_words
from moksori.collect.sources.mail.scores import first_score

WORDS = "배송이 사흘이나 늦었습니다.\n\n포장도 찢어져 있었어요."
ENGLISH = "The parcel came three days late.\n\nThe box was torn, too."
SENT = (
    "안녕하세요, 고객님.\n지난 주문은 어떠셨나요?\n한 줄이면 충분합니다.\n목소리 드림"
)
MARKED = "\n".join(f"> {line}" for line in SENT.split("\n"))

SHAPES = {
    "gmail ko": f"2026년 11월 20일 (금) 오후 3:04, 목소리 <a@b.kr>님이 작성:\n\n{MARKED}",
    "gmail ko wrapped": "2026년 11월 20일 (금) 오후 3:04, 목소리 고객경험팀 <\n"
    f"voice@very-long-name.example.co.kr>님이 작성:\n\n{MARKED}",
    "gmail ko bare": f"2026년 11월 20일 (금) 오후 3:04, 목소리 <a@b.kr>님이 작성:\n{SENT}",
    "gmail en": f"On Fri, Nov 20, 2026 at 3:04 PM Moksori <a@b.kr> wrote:\n\n{MARKED}",
    "gmail en wrapped": "On Fri, Nov 20, 2026 at 3:04 PM Moksori Customer Team <\n"
    f"voice@very-long-name.example.com> wrote:\n\n{MARKED}",
    "apple ko": f"> 2026. 11. 20. 오후 3:04, 목소리 <a@b.kr> 작성:\n> \n{MARKED}",
    "apple ko phone": f"2026. 11. 20. 오후 3:04, 목소리 <a@b.kr> 작성:\n\n{MARKED}",
    "apple en": f"On Nov 20, 2026, at 3:04 PM, Moksori <a@b.kr> wrote:\n\n{MARKED}",
    "thunderbird ko": f"2026-11-20 오후 3:04에 목소리 이(가) 쓴 글:\n{MARKED}",
    "thunderbird en": f"On 11/20/2026 3:04 PM, Moksori wrote:\n{MARKED}",
    "outlook ko": "-----Original Message-----\nFrom: 목소리 <a@b.kr>\n"
    f"Sent: Friday, November 20, 2026 3:04 PM\nTo: 김철수\nSubject: 주문\n\n{SENT}",
    "outlook ko rule": "________________________________\n보낸 사람: 목소리 <a@b.kr>\n"
    "보낸 날짜: 2026년 11월 20일 금요일 오후 3:04\n받는 사람: 김철수 <k@c.kr>\n"
    f"제목: 주문은 어떠셨나요\n\n{SENT}",
    "outlook en": "From: Moksori <a@b.kr>\nSent: Friday, November 20, 2026 3:04 PM\n"
    f"To: Kim <k@c.kr>\nSubject: Your order\n\n{SENT}",
    "outlook bold": "*From:* Moksori <a@b.kr>\n*Sent:* Friday, November 20, 2026\n"
    f"*To:* Kim <k@c.kr>\n*Subject:* Your order\n\n{SENT}",
    "naver": '-----Original Message-----\nFrom: "목소리"<a@b.kr>\nTo: <k@naver.com>\nCc:\n'
    f"Sent: 2026-11-20 (금) 15:04:05 (GMT+09:00)\nSubject: 주문은 어떠셨나요\n\n{SENT}",
    "daum": "--------- 원본 메일 ---------\n보낸사람: 목소리 <a@b.kr>\n"
    "받는사람: <k@hanmail.net>\n날짜: 2026년 11월 20일 금요일, 15시 04분 05초 +0900\n"
    f"제목: 주문은 어떠셨나요\n\n{SENT}",
    "samsung ko": "-------- 원본 이메일 --------\n발신: 목소리 <a@b.kr>\n"
    "날짜: 26/11/20 오후 3:04 (GMT+09:00)\n받은 사람: k@c.kr\n"
    f"제목: 주문은 어떠셨나요\n\n{SENT}",
    "samsung en": "-------- Original message --------\nFrom: Moksori <a@b.kr>\n"
    f"Date: 20/11/2026 15:04 (GMT+09:00)\nTo: k@c.kr\nSubject: Your order\n\n{SENT}",
    "works": "-----원본 메시지-----\n보낸이 : 목소리 <a@b.kr>\n받는이 : k@c.kr\n"
    f"보낸시간 : 2026-11-20 (금) 15:04\n제목 : 주문은 어떠셨나요\n\n{SENT}",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("words", [WORDS, ENGLISH])
def test_what_was_quoted_goes_and_every_own_word_stays(shape: str, words: str) -> None:
    found = own_words(f"{words}\n\n{SHAPES[shape]}\n", is_reply=True)

    assert found.words == words
    assert "어떠셨나요" in found.quoted
    assert not found.is_doubtful


@pytest.mark.parametrize(
    "line",
    [
        "나의 iPhone에서 보냄",
        "내 iPhone에서 보냄",
        "Sent from my iPhone",
        "Get Outlook for iOS",
        "iOS용 Outlook 다운로드",
        "네이버 메일앱에서 보냈습니다.",
        "Galaxy에서 보냄",
        "삼성 Galaxy 스마트폰에서 보냈습니다.",
        "-- \n홍길동\n010-1234-5678",
        "홍길동 드림",
        "Best regards,\nJohn Smith",
        "Best regards,\n\nJohn Smith\nPurchasing Manager\nAcme Inc.\nT. +82 2 123 4567",
        "홍길동 과장\n(주)한빛상사 구매팀\nTel. 02-123-4567 | M. 010-1234-5678\nkim@hanbit.co.kr",
        "------------------------\n홍길동 / 한빛상사\n서울시 강남구 테헤란로 123\n전화: 02-123-4567",
        "본 메일은 지정된 수신인만을 위한 기밀 정보를 포함할 수 있습니다. "
        "무단 열람과 배포를 금합니다.",
        "This e-mail and any attachments are confidential and intended only for the "
        "recipient. If you are not the intended recipient, please notify the sender.",
    ],
)
def test_a_signature_goes(line: str) -> None:
    for below in ("", f"\n\n{SHAPES['gmail ko']}"):
        found = own_words(f"{WORDS}\n\n{line}{below}", is_reply=bool(below))

        assert found.words == WORDS
        assert found.signature


@pytest.mark.parametrize(
    "words",
    [
        "보낸 사람: 홍길동\n받는 사람: 김영희\n운송장: 1234\n이 택배가 안 왔어요.",
        "From: Seoul\nTo: Busan\nDate: 2026-11-20\nThe train was late.",
        "On Monday I wrote:\nplease call me. Nobody did.",
        "제가 11월 20일에 쓴 글:\n환불해 주세요. 답이 없네요.",
        "> 배송이 늦어요\n> 포장이 찢어졌어요",
        ">_< 너무 속상해요",
        "가격 -> 비쌈\n품질 -> 좋음",
        "문의는 이렇게 남깁니다.\n--\n1. 환불\n2. 교환\n둘 다 부탁합니다.",
        "감사합니다.",
        "연락 주세요.\n010-1234-5678",
        "Thanks",
        "담당자가 이렇게 말했습니다:\n“규정상 안 됩니다.”",
        "제목: 없음\n내용: 서비스가 느립니다",
        "=====\n앱이 자꾸 꺼집니다.\n=====",
        "김 과장님이 친절했어요",
        "본 메일을 세 번째 보냅니다. 왜 답이 없나요?",
        "I read your confidential offer. It is too expensive.",
        "ㅋㅋㅋ 최고예요\n\nwww.example.com 이 주소가 안 열려요",
    ],
)
def test_words_that_only_look_like_more_stay(words: str) -> None:
    assert own_words(words).words == words
    assert own_words(f"{words}\n\n{SHAPES['gmail ko']}", is_reply=True).words == words


def test_answers_between_quoted_questions_are_found_by_question() -> None:
    text = (
        "2026년 11월 20일 (금) 오후 3:04, 목소리 <a@b.kr>님이 작성:\n\n"
        "> 1. 추천하시겠어요?\n9점\n> 2. 왜 그렇게 생각하세요?\n배송이 빨라요.\n> 목소리 드림\n"
    )
    found = own_words(text, is_reply=True)

    assert found.words == "9점\n\n배송이 빨라요."
    answers = answers_inline(found, ["추천하시겠어요?", "왜 그렇게 생각하세요?"])
    assert answers == {
        "추천하시겠어요?": "9점",
        "왜 그렇게 생각하세요?": "배송이 빨라요.",
    }


def test_what_we_sent_shows_answers_even_in_a_quotation_without_marks() -> None:
    sent = "안녕하세요 고객님 목소리입니다.\n지난 주문은 어떠셨나요?\n고치고 싶은 점이 있다면요?"
    text = (
        "아래에 답을 적었습니다.\n\n-----Original Message-----\nFrom: 목소리 <a@b.kr>\n"
        "Sent: 2026-11-20 (금) 15:04\nTo: k@c.kr\nSubject: 주문\n\n"
        "안녕하세요 고객님 목소리입니다.\n지난 주문은 어떠셨나요?\n만족합니다.\n"
        "고치고 싶은 점이 있다면요?\n포장이요.\n"
    )
    found = own_words(text, is_reply=True, sent=sent)

    assert found.words == "아래에 답을 적었습니다.\n\n만족합니다.\n\n포장이요."
    assert not found.is_doubtful
    assert own_words(text, is_reply=True).is_doubtful


def test_a_forwarded_mail_is_the_voice_and_somebody_looks() -> None:
    text = (
        "---------- Forwarded message ---------\n보낸사람: 고객 <k@c.kr>\n"
        f"Date: 2026년 11월 20일 (금)\nSubject: 불만\nTo: <a@b.kr>\n\n{WORDS}\n"
    )
    found = own_words(text)

    assert found.words == WORDS
    assert found.is_doubtful
    assert found.is_forward


def test_a_reply_without_words_is_doubtful_unless_all_of_it_is_ours() -> None:
    text = f"{SHAPES['outlook en']}"
    assert own_words(text, is_reply=True, sent=SENT).is_doubtful is False
    assert own_words(SHAPES["gmail ko"], is_reply=True).is_doubtful


def test_html_becomes_lines_and_quotations_are_marked() -> None:
    html = (
        "<html><head><style>p{color:red}</style></head><body>"
        "<div style='display:none'>미리보기</div><p>배송이 <b>늦었어요</b>.<br>포장도요.</p>"
        "<div class=gmail_quote><div>2026년 11월 20일 (금) 오후 3:04, 목소리 "
        "&lt;<a href='mailto:a@b.kr'>a@b.kr</a>&gt;님이 작성:<br></div>"
        "<blockquote><div>지난 주문은 어떠셨나요?</div></blockquote></div>"
        "<script>alert(1)</script></body></html>"
    )
    found = own_words(text_of_html(html), is_reply=True)

    assert found.words == "배송이 늦었어요.\n포장도요."
    assert "미리보기" not in text_of_html(html)
    assert "alert" not in text_of_html(html)


@pytest.mark.parametrize(
    "html", ["<p", "<!--", "</blockquote>글", "<b>" * 9000 + "글", ""]
)
def test_broken_html_is_read_as_far_as_it_goes(html: str) -> None:
    assert ("글" in text_of_html(html)) == ("글" in html)


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("9", 9), ("9점", 9), ("아홉", 9), ("⑨", 9), ("10/10", 10), ("１０점입니다", None),
        ("\n 8 점\n좋아요", 8), ("9/5", None), ("11", None), ("구점", 9), ("seven", 7),
        ("배송 9일", None), ("9월에 샀어요", None), ("", None), ("★★★★", 4),
    ],
)  # fmt: skip
def test_one_word_is_a_score(words: str, score: int | None) -> None:
    assert first_score(words) == score


def test_long_and_hostile_texts_take_no_time() -> None:
    for text in (
        "a" * 200_000,
        ">" * 200_000,
        "- " * 50_000,
        "On " * 60_000 + "wrote:",
        "From: " * 30_000,
        "\n" * 100_000,
        "가@" * 60_000,
        ("From: a@b.kr\nDate: 1\n" * 5_000),
        ("-----Original Message-----\n" * 5_000),
        "1-" * 60_000,
    ):
        own_words(text, is_reply=True, sent=SENT)
