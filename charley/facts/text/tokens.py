"""A text as tokens: words, numbers and marks, each with its place, its plain form and its stem."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

__all__ = ["Token", "stem", "tokenize"]


class Token(NamedTuple):
    """A piece of the text: `low` as it is compared exactly, `stem` as it is compared in phrases."""

    start: int
    end: int
    low: str
    stem: str
    kind: str
    """`word`, `number` or `mark`."""


_SHORT: Final = r"[cChH]/[oO]\b|[oO]/[eE]\b|[wWrRyY]/[oO]\b|[bB]/[lL]\b|[fF]/[uU]\b|[nN]/[kK]\b"
"""Abbreviations of notes that contain a slash and are one word."""

_TOKEN: Final = re.compile(
    rf"(?P<short>{_SHORT})"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|(?<!\d,)\d+,\d{1,2}(?![\d,])|\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<word>[xX](?=\d)|[A-Za-z]+(?=\d+\.\d)|[^\W\d_]+(?:\d+[^\W\d_]*)*(?:['’][^\W\d_]+)?)"
    r"|(?P<hyphen>(?<=[^\W_])-(?=[^\W\d_]))"
    r"|(?P<mark>\S)"
)

_SEXES: Final = {"M": "male", "F": "female"}
_ENDINGS: Final = {"s": "'s", "re": "be", "ve": "have", "m": "be", "ll": "will", "d": "'d"}
_NEGATED: Final = {"dose": "does", "ca": "can", "wo": "will", "sha": "shall", "ai": "be"}
_VERBS: Final = [
    "do",
    "does",
    "did",
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "could",
    "would",
    "should",
]
_JOINED: Final = {
    **{f"{verb}{ending}": verb for verb in _VERBS for ending in ("nt", "ent")},
    "dosent": "does",
    "dosnt": "does",
    "havnt": "have",
    "cannot": "can",
    "cant": "can",
    "wont": "will",
    "aint": "be",
    "carnt": "can",
    "musnt": "must",
}
"""A verb and `not` written as one word, with or without an apostrophe."""

_PRONOUNS: Final = {
    "im": ("i", "be"),
    "ive": ("i", "have"),
    "ill": ("ill",),
    "hes": ("he", "be"),
    "shes": ("she", "be"),
    "thats": ("that", "be"),
    "theres": ("there", "be"),
    "theyre": ("they", "be"),
    "theyve": ("they", "have"),
}

_FORMS: Final = {
    **dict.fromkeys(("am", "is", "are", "was", "were", "been", "being", "'s"), "be"),
    **dict.fromkeys(("has", "had", "having"), "have"),
    **dict.fromkeys(("does", "did", "done", "doing"), "do"),
    **dict.fromkeys(("goes", "went", "gone", "going"), "go"),
    **dict.fromkeys(("woke", "woken", "waking", "wakes", "waked", "waken", "wakened"), "wake"),
    **dict.fromkeys(("feet", "foots"), "foot"),
    "calves": "calf",
    "calfs": "calf",
    "thighs": "thigh",
    "teeth": "tooth",
    "diaries": "diary",
    "felt": "feel",
    "took": "take",
    "taken": "take",
    "came": "come",
    "got": "get",
    "gotten": "get",
    "began": "begin",
    "begun": "begin",
    "lay": "lie",
    "lying": "lie",
    "lies": "lie",
    "laid": "lie",
    "sat": "sit",
    "stood": "stand",
    "ran": "run",
    "swum": "swim",
    "swam": "swim",
    "fell": "fall",
    "kept": "keep",
    "lost": "lose",
    "losing": "lose",
    "found": "find",
    "made": "make",
    "gave": "give",
    "given": "give",
    "broke": "break",
    "broken": "break",
    "told": "tell",
    "said": "say",
    "hung": "hang",
    "veins": "vein",
    "dying": "die",
    "tying": "tie",
    "ached": "ache",
    "achey": "achy",
    "better": "better",
    "children": "child",
    "men": "man",
    "women": "woman",
    "knives": "knife",
    "drank": "drink",
    "drunk": "drunk",
    "rose": "rise",
    "risen": "rise",
    "wore": "wear",
    "flew": "fly",
    "flown": "fly",
    "bled": "bleed",
    "thought": "think",
    "worse": "worse",
    "spread": "spread",
    "eaten": "eat",
    "ate": "eat",
    "grew": "grow",
    "grown": "grow",
    "drove": "drive",
    "driven": "drive",
    "driving": "drive",
    "tore": "tear",
    "tiptoes": "tiptoe",
    "slept": "sleep",
    "held": "hold",
    "bent": "bend",
    "lit": "light",
    "left": "left",
}
_ROOTS: Final = {
    *_FORMS.values(),
    *("ache", "bite", "care", "hope", "like", "live", "move", "wipe", "fade", "ease", "tire", "joke", "hate"),
}
"""Short words that end in e: `note` is not `not`, and `aching` is `ache`."""
_WHOLE: Final = {
    *("evening", "morning", "during", "nothing", "something", "anything", "everything", "thing", "ring"),
    *(
        "bring",
        "string",
        "spring",
        "swing",
        "sing",
        "king",
        "ceiling",
        "wedding",
        "bed",
        "red",
        "need",
        "shed",
    ),
    *("this", "his", "its", "yes", "us", "bus", "gas", "does", "always", "perhaps", "across", "less", "plus"),
    *("minus", "pus", "tetanus", "hundred", "indeed", "sacred", "speed", "feed", "bleed", "seed", "weed"),
    *("plane", "those", "these", "diabetes", "rabies", "caries", "series", "species", "pulling", "numbing"),
    *("blood", "sometimes"),
}


def tokenize(text: str) -> list[Token]:
    """The tokens of a text from left to right. Contractions become their words, `can't` is `can` `not`."""
    tokens: list[Token] = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "mark"
        if kind == "hyphen":
            continue  # `brother-in-law` and `d-dimer` are their words
        start, end = found.span()
        low = found[0].lower().replace("’", "'")
        if kind == "word":
            if found[0] in _SEXES and tokens and tokens[-1].low.isdigit():
                low = _SEXES[found[0]]  # `81M`, `58 F`, and not the m of metres
            tokens += _words(start, end, low)
        elif kind == "number":
            decimal = len(low) - low.find(",") < 4  # `3,1` of the continent, and not `3,100`
            plain = low.replace(",", "." if "," in low and decimal else "")
            tokens.append(Token(start, end, plain, plain, kind))
        else:
            tokens.append(Token(start, end, low, low, "word" if kind == "short" else "mark"))
    return _undictated(tokens) if "full stop" in text.lower() else tokens


def _undictated(tokens: list[Token]) -> list[Token]:
    """The tokens with the marks that were spoken: `no redness comma no fever full stop`."""
    kept: list[Token] = []
    for token in tokens:
        if token.low == "comma":
            kept.append(token._replace(low=",", stem=",", kind="mark"))
        elif token.low == "stop" and kept and kept[-1].low == "full":
            full = kept.pop()
            kept.append(Token(full.start, token.end, ".", ".", "mark"))
        else:
            kept.append(token)
    return kept


def _words(start: int, end: int, low: str) -> list[Token]:
    head, apostrophe, tail = low.partition("'")
    if apostrophe and tail == "t" and head.endswith("n"):
        verb = _NEGATED.get(head[:-1], head[:-1])
        middle = start + len(head) - 1
        return [_word(start, middle, verb), _word(middle, end, "not")]
    if low in _JOINED:
        return [_word(start, end, _JOINED[low]), _word(end, end, "not")]
    if apostrophe and tail in _ENDINGS:
        middle = start + len(head)
        return [_word(start, middle, head), _word(middle, end, _ENDINGS[tail])]
    if low in _PRONOUNS:
        return [_word(start, end, part) for part in _PRONOUNS[low]]
    return [_word(start, end, low)]


def _word(start: int, end: int, low: str) -> Token:
    return Token(start, end, low, stem(low), "word")


@cache
def stem(word: str) -> str:
    """A word without its ending: `cramps`, `cramped` and `cramping` are `cramp`."""
    if word in _FORMS or word in _ROOTS:
        return _FORMS.get(word, word)
    if len(word) < 4 or word in _WHOLE or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("shes", "ches", "xes", "sses", "zes")) else word[:-1]
    if word in _WHOLE:
        return word
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and re.search("[aeiouy]", rest):
            if (rest[-1] == rest[-2] and rest[-1] not in "lsz") or (rest.endswith("ll") and len(rest) > 5):
                rest = rest[:-1]
            word = rest
            break
    for root in (word, word + "e"):
        if root in _ROOTS:
            return root
    return word[:-1] if word.endswith("e") and len(word) > 4 and word not in _WHOLE else word
