"""Two Korean questions out of one that asks for two things."""

from __future__ import annotations

import re

from moksori.collect.questionnaires.lint.vocabulary import vocabulary

# Particles that change with the sound before them: after a consonant, after a vowel.
_PAIRS = (("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로"))
_BY_SOUND = {one: pair for pair in _PAIRS for one in pair}
_PARTICLE = re.compile(
    r"(?:에서는|에게는|으로는|에는|에서|에게|으로|의|은|는|이|가|을|를|에|로|도)$"
)
KO = vocabulary("ko")
_LETTER = "[가-힣A-Za-z]"
_NOUNS = re.compile(
    rf"(?<!\S)(?!(?:{KO['no_joint'].pattern})(?!\S))(?P<a>[가-힣A-Za-z0-9()]+?)"
    rf"(?P<joint>와|과|이나|나|이랑|랑) (?!(?:{KO['met'].pattern}))(?={_LETTER})"
    r"|(?P<a2>[가-힣A-Za-z0-9]+)"
    rf"(?P<joint2> (?:및|또는|혹은|그리고) |(?<=[가-힣])[·/](?=[가-힣])|, )"
    rf"(?={_LETTER})"
)
_VERBS = re.compile(
    r"(?<!\S)(?P<a>[가-힣]+?)(?P<joint>고|으며|며) (?=[가-힣])"
    r"(?!싶|있|계|나서|나면|생각|느끼|말|하는|하시|하신|해|봅|보시|본 |여기|들)"
)
_TENSE = re.compile(r"(?:었|았|했|였|웠|랐|렸)(?:습니까|나요|어요|을까요)\?$")
_IRREGULAR = {
    "빠르": ("빨랐", "빠릅니"),
    "쉽": ("쉬웠", "쉽습니"),
    "어렵": ("어려웠", "어렵습니"),
    "짧": ("짧았", "짧습니"),
    "밝": ("밝았", "밝습니"),
    "맛있": ("맛있었", "맛있습니"),
    "재미있": ("재미있었", "재미있습니"),
    "좋": ("좋았", "좋습니"),
    "넓": ("넓었", "넓습니"),
    "싸": ("쌌", "쌉니"),
    "가깝": ("가까웠", "가깝습니"),
    "뜨겁": ("뜨거웠", "뜨겁습니"),
    "가볍": ("가벼웠", "가볍습니"),
}
Two = tuple[str, str, str]


def ends_in_consonant(text: str) -> bool:
    last = text[-1:]
    return "가" <= last <= "힣" and (ord(last) - ord("가")) % 28 > 0


def with_particle(noun: str, particle: str) -> str:
    """The noun with the form of the particle that its last sound asks for."""
    pair = _BY_SOUND.get(particle)
    if pair is None:
        return noun + particle
    is_l = noun[-1:] and (ord(noun[-1]) - ord("가")) % 28 == 8  # ㄹ takes "로"
    if particle in {"으로", "로"} and is_l:
        return noun + "로"
    return noun + pair[0 if ends_in_consonant(noun) else 1]


def two_things(text: str) -> Two | None:
    """What joins them, and the two questions, "" where they cannot be told."""
    sentences = re.findall(r"[^?]+\?", text)
    if len(sentences) > 1:
        return text, sentences[0].strip(), sentences[1].strip()
    if KO["which"].search(text) or KO["compared"].search(text):
        return None
    bare = KO["one_thing"].sub(lambda found: "\0" * len(found.group()), text)
    for found in _NOUNS.finditer(bare):
        if _is_joint(found):
            return _two_nouns(text, found)
    for found in _VERBS.finditer(bare):
        if not KO["not_verb"].search(found["a"]):
            return _two_verbs(text, found)
    return None


def _is_joint(found: re.Match[str]) -> bool:
    if found["a2"]:
        return found["joint2"] != ", " or not KO["clause_end"].search(found["a2"])
    noun, joint = found["a"], found["joint"]
    # "와" follows a vowel, "과" a consonant; else it belongs to the noun.
    wants = joint in {"과", "이나", "이랑"}
    return len(noun) > 0 and ends_in_consonant(noun) == wants


def _two_nouns(text: str, found: re.Match[str]) -> Two:
    joint = found["joint"] or found["joint2"]
    first = found["a"] or found["a2"]
    before, after = text[: found.start()], text[found.end() :].lstrip()
    words = after.split(" ")
    count = next((n for n, w in enumerate(words) if _PARTICLE.search(w)), -1)
    if count < 0:
        pair = f"{first}{joint}{after}"
        if len(text) < 30 and " " not in after:  # the row of a table: two bare nouns
            return pair, before + first, after
        return pair, "", ""
    particle = _PARTICLE.search(words[count])
    told = particle.group() if particle else ""
    tail = " ".join(["", *words[count + 1 :]])
    one = before + with_particle(first, told) + tail
    # As many words are left out before the joint as there are after it.
    kept = before.split()
    kept = kept[: len(kept) - count] if count and len(kept) >= count else kept
    head = " ".join(kept).rstrip()
    other = f"{head} {after}".strip() if head else after
    shown = first + (joint if joint[0] == " " else f"{joint.strip()} ")
    return f"{shown}{' '.join(words[: count + 1])}", one.rstrip(), other


def _two_verbs(text: str, found: re.Match[str]) -> Two:
    before, after = text[: found.start()], text[found.end() :].lstrip()
    first = _asked(found["a"], is_past=bool(_TENSE.search(text)))
    is_predicate = " " not in after.strip() or after.split(" ")[-1] != after
    one = f"{before}{first}" if first and _ends_here(after) and is_predicate else ""
    other = f"{before}{after}" if one else ""
    return f"{found.group().strip()} {after.split(' ')[0]}", one, other


def _ends_here(after: str) -> bool:
    """Whether the second is the sentence's own predicate, so that both can be asked."""
    return len(after.split(" ")) <= 2 and after.endswith("?")


def _asked(stem: str, *, is_past: bool) -> str:
    """친절하 → 친절했습니까?, 빠르 → 빨랐습니까?; "" for what has no sure form."""
    stem = stem.removesuffix("시")
    if stem.endswith("하"):
        return f"{stem[:-1]}{'했습니까' if is_past else '합니까'}?"
    past, now = _IRREGULAR.get(stem, ("", ""))
    if not past:
        return ""
    return f"{past}습니까?" if is_past else f"{now}까?"
