"""Texts that mean the same lie close, in one language or across two."""

import threading

import numpy as np

from moksori.analysis.encoder import StaticEncoder, load_encoder

PARALLEL = [
    ("배송이 너무 늦어요", "The delivery is too late"),
    ("환불이 안 돼요", "I cannot get a refund"),
    ("직원이 불친절해요", "The staff were rude"),
    ("가격이 너무 비싸요", "It is too expensive"),
    ("포장이 찢어져서 왔어요", "The package arrived torn"),
    ("로그인이 안 됩니다", "I can't log in"),
    ("상담원 연결이 너무 오래 걸려요", "It takes forever to reach an agent"),
    ("배터리가 금방 닳아요", "The battery drains quickly"),
    ("사이즈가 작아요", "The size is too small"),
    ("맛있어요", "It is delicious"),
    ("다크 모드를 추가해 주세요", "Please add a dark mode"),
    ("결제가 두 번 됐어요", "I was charged twice"),
    ("소음이 심해요", "It is very noisy"),
    ("설명서가 이해하기 어려워요", "The manual is hard to understand"),
    ("방이 더러웠어요", "The room was dirty"),
    ("영화 결말이 실망스러웠다", "The ending of the film was disappointing"),
    ("배우 연기가 훌륭했다", "The acting was superb"),
    ("주차장이 부족해요", "There are not enough parking spaces"),
    ("보험금 청구가 거절됐어요", "My insurance claim was denied"),
    ("비밀번호를 바꾸고 싶어요", "I want to change my password"),
    ("음식이 식어서 왔어요", "The food arrived cold"),
    ("대출 금리가 올랐어요", "The loan interest rate went up"),
    ("커피가 맛없어요", "The coffee tastes bad"),
    ("버스가 제시간에 오지 않아요", "The bus never comes on time"),
    ("의사 선생님이 친절했어요", "The doctor was kind"),
    ("구독을 해지하고 싶어요", "I want to cancel my subscription"),
    ("인터넷이 자꾸 끊겨요", "The internet keeps disconnecting"),
    ("쿠폰이 적용되지 않아요", "The coupon does not work"),
    ("예약이 취소됐어요", "My reservation was cancelled"),
    ("화장실이 깨끗해요", "The toilet is clean"),
]


def test_a_korean_sentence_finds_its_english_twin() -> None:
    encoder = load_encoder()
    korean = encoder.encode([ko for ko, _ in PARALLEL])
    english = encoder.encode([en for _, en in PARALLEL])
    found = (korean @ english.T).argmax(axis=1)
    assert (found == np.arange(len(PARALLEL))).mean() >= 0.9


def test_what_is_about_the_same_thing_is_closer_than_what_is_not() -> None:
    late, slow, rude = load_encoder().encode(
        ["배송이 늦었어요", "택배가 너무 느려요", "상담원이 불친절합니다"]
    )
    assert late @ slow > late @ rude + 0.1


def test_vectors_are_unit_rows_of_the_promised_shape() -> None:
    encoder = load_encoder()
    rows = encoder.encode(["배송이 늦어요", "late delivery", "😡"])
    assert rows.shape == (3, StaticEncoder.dims)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows[:2], axis=1), 1, atol=1e-5)


def test_an_empty_text_is_a_zero_row_wherever_it_stands() -> None:
    rows = load_encoder().encode(["", "good", "  ", "좋아요", ""])
    assert (np.linalg.norm(rows, axis=1) > 0.5).tolist() == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert np.array_equal(rows[1], load_encoder().encode(["good"])[0])


def test_no_texts_give_no_rows() -> None:
    assert load_encoder().encode([]).shape == (0, 256)


def test_case_and_composition_make_no_difference() -> None:
    a, b = load_encoder().encode(["PLEASE REFUND ME", "please refund me"])
    assert np.array_equal(a, b)


def test_the_neighbours_in_a_batch_make_no_difference() -> None:
    encoder = load_encoder()
    texts = [ko for ko, _ in PARALLEL]
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_threads_share_one_encoder() -> None:
    texts = [en for _, en in PARALLEL]
    expected = load_encoder().encode(texts)
    results: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: results.append(load_encoder().encode(texts)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(np.array_equal(expected, result) for result in results)


def test_what_was_masked_does_not_change_the_meaning() -> None:
    a, b = load_encoder().encode(["환불해 주세요 [phone]", "환불해 주세요"])
    assert np.allclose(a, b, atol=1e-6)
