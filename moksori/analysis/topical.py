"""What is left of a sentence when everything that names no subject is taken out."""

from __future__ import annotations

import re
import unicodedata

# Words that say how, whether and how much, but not what about.
_KOREAN_WORDS = """
너무 너무너무 넘 넘넘 너므 정말 정말로 정말정말 진짜 진짜로 참 참으로 완전 완젼 아주
매우 굉장히 상당히 엄청 무척 되게 꽤 나름 약간 조금 좀 쫌 좀더 더 더욱 덜 가장 제일
훨씬 특히 특히나 그냥 걍 그저 단지 다 모두 모든 전부 전혀 별로 그다지 그닥 거의 아예
절대 절대로 결코 도저히 무조건 꼭 반드시 당연히 역시 역쉬 또 또는 및 등 바로 이미 벌써
아직 아직도 여전히 계속 자꾸 항상 늘 언제나 매번 매일 가끔 다시 지금 이제 요즘 오늘
어제 방금 나중에 먼저 일단 우선 그리고 그런데 근데 하지만 그러나 그렇지만 그래도
그래서 그러니 그러니까 그러면 그럼 따라서 게다가 또한 물론 사실 솔직히 솔직하게 아마
아마도 혹시 만약 만일 만약에 뭐 뭔가 왠지 어째 왜 어떻게 어떤 무슨 어디 어디서 언제
누가 누구 얼마나 왜이리 왜이렇게 이렇게 그렇게 저렇게 이리 그리 저리 이런 그런 저런
이런걸 이런게 이 그 저 요 이것 그것 저것 이거 그거 저거 요거 이게 그게 저게 이건 그건
저건 이걸 그걸 이것은 이것이 여기 거기 저기 여기서 거기서 나 내 내가 나는 난 나도 나를
날 나의 제 제가 저는 전 저도 저를 저의 우리 우리가 우리는 우리의 너 니 네 네가 니가
너는 그들 그의 그가 당신 본인 것 거 게 건 걸 것은 것이 것을 것도 수 수가 수는 때 때는
때가 때문에 때문 듯 듯이 듯한 듯하다 뿐 만큼 정도 정도로 정도의 한번 한 두 번 두번 몇
몇번 많이 많은 많다 많고 잘 못 안 않고 않은 않는 않다 않아요 아닌 아니 아니다 아니라
아닌데 아니고 없이 있는 있다 있고 있어 있어요 있음 있네요 없는 없다 없고 없어 없어요
없음 없네요 같은 같다 같아요 같아 같네요 같습니다 같음 하는 하고 한다 하다 해서 했다
했는데 했네요 합니다 해요 하네요 되는 된 된다 됐다 되고 될 대한 대해 위해 통해 따라
의해 으로 에서 정도는 이라는 라는 이라고 라고 라도 이라도 입니다 이다 이고 인데 인지
이네요 였다 이었다 그대로 스스로 서로 함께 같이 아 아아 와 우와 오 오오 음 흠 헐 헉
에이 어휴 아휴 ㄹㅇ 리얼 레알 제발 하 후 휴 예 응 글쎄 정말요 진심 진심으로 솔까 암튼
아무튼 여튼 하여튼 어쨌든 어쨋든 뭐랄까 처음 처음으로 끝 생각 생각이 생각보다 생각이다
느낌 느낌이 개인적으로 전체적으로 전반적으로 오랜만에 간만에 결국 결국엔 역대 최근
안녕하세요 감사합니다 감사해요 고맙습니다 수고하세요 부탁드립니다 부탁드려요 바랍니다
주세요 해주세요 하세요
"""

# Stems of bare judgement: with nothing beside them they are about everything.
_KOREAN_STEMS = """
좋 조아 조타 괜찮 괜춘 훌륭 최고 쵝오 최악 대박 짱 쩐다 쩔 굿 굳 굿굿 강추 비추 별로
그럭저럭 그저그런 쓰레기 멋지 멋있 멋져 만족 불만족 완벽 대단 엄지 명작 걸작 졸작 망작
수작 볼만 봐라 보세 보시 봤 봄 봣 보았 봐서 보고 보는 보면 볼 본 볼수 실망 형편없 재밌
재밋 잼 잼있 재미 재미있 재미없 꿀잼 노잼 졸잼 핵잼 개꿀잼 재미나 재밌었 즐겁 싫 나쁘
나쁜 이상하 이상한
"""

_ENDINGS = re.compile(
    r"(?<=[가-힣]{2})(?:이었습니다|였습니다|었습니다|았습니다|했습니다|습니다|ㅂ니다|합니다|입니다"
    r"|이지만|지만은|지만|이었는데|었는데|았는데|는데도|는데요|는데|은데|인데|네요|어요|아요|에요|예요"
    r"|세요|군요|더라구요|더라고요|더라|던데|거든요|구요|고요|든지|니까|면서|었다|았다|였다|했다"
    r"|한다|된다|있다|없다|이다)$"
)

# English word order and function words carry meaning for the encoder: only greetings
# and bare judgement go.
_ENGLISH_WORDS = """
a an the and or but so very really quite too also just please thanks thank hi hello
dear ok okay yes well good great nice bad best worst awesome amazing terrible awful
excellent perfect fine love loved like liked recommend recommended highly definitely
overall
"""

_STOP = frozenset((_KOREAN_WORDS + _ENGLISH_WORDS).split())
_STEMS = tuple(sorted(set(_KOREAN_STEMS.split()), key=len, reverse=True))
_NOISE = re.compile(r"[^\w' ]|[ㄱ-ㅎㅏ-ㅣ]+|\d+|_+")
_LAUGHS = re.compile(r"(.)\1{2,}")


def topical(text: str) -> str:
    """The words of `text` that may tell what it is about; often empty for a cheer.

    Punctuation, laughter, numbers, fillers, pronouns, adverbs of degree, bare judgement
    ("최고", "재밌다", "good") and Korean verb endings are taken out. It is a small,
    language-wide list without knowledge of any trade; what is too common in one body of
    feedback is dealt with when themes are learned. Not for reading, only for encoding.
    """
    plain = _NOISE.sub(" ", _LAUGHS.sub(r"\1", unicodedata.normalize("NFC", text)))
    return " ".join(kept for word in plain.lower().split() if (kept := _core(word)))


def _core(word: str) -> str:
    if word in _STOP or word.startswith(_STEMS):
        return ""
    bare = _ENDINGS.sub("", word)
    if bare in _STOP or (len(bare) == 1 and not bare.isascii()):
        return ""
    return bare.strip("'")
