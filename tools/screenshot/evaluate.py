#!/usr/bin/env python3
"""Holds what was read in made-up screenshots against what they say; with other engines on the same pictures.

Usage: cargo build --release -p reader --example pages
       python3 evaluate.py DIR --pages ../../target/release/examples/pages [--tesseract] [--rapidocr] [--worst 10]
Intervals are 95 %: Wilson's for shares, 1,000 resamplings of pictures for error rates.
"""
import argparse
import collections
import json
import math
import pathlib
import random
import re
import subprocess
import time
import unicodedata

FACTS = {
    "link": re.compile(r"(?:https?://)?[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?:/[A-Za-z0-9/?=&_.%-]*)?"),
    "number": re.compile(r"(?<![0-9A-Za-z.,])\+?[0-9][0-9-]{4,}[0-9](?![0-9A-Za-z])"),
    "amount": re.compile(r"[¥]?[0-9][0-9,]*(?:\.[0-9]+)?(?=[元万块])"),
    "time": re.compile(r"[0-9]{1,4}[年/-][0-9]{1,2}[月/-][0-9]{1,2}日?|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"),
}
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "·": ".", "～": "~", "∶": ":"})


def width(text):
    """Full and half width are one, and so are the kinds of quotes."""
    return unicodedata.normalize("NFKC", text).translate(QUOTES)


def fold(text):
    return re.sub(r"\s+", "", width(text))


def distance(one, other):
    if one == other:
        return 0
    row = list(range(len(other) + 1))
    for at, a in enumerate(one, 1):
        last, row[0] = row[0], at
        for to, b in enumerate(other, 1):
            last, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, last + (a != b))
    return row[-1]


def facts(text):
    text = width(text).replace("\n", "")
    found = [(kind, m.group(), m.start()) for kind, pattern in FACTS.items() for m in pattern.finditer(text)]
    return [(kind, value) for kind, value, _ in found]


def wilson(good, count, z=1.96):
    if not count:
        return (0.0, 0.0)
    share = good / count
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return ((middle - half) / (1 + z * z / count), (middle + half) / (1 + z * z / count))


def rate(pairs):
    """Errors over characters, resampled by picture."""
    total = sum(e for e, _ in pairs) / max(1, sum(n for _, n in pairs))
    chance, draws = random.Random(7), []
    for _ in range(1000):
        drawn = chance.choices(pairs, k=len(pairs))
        draws.append(sum(e for e, _ in drawn) / max(1, sum(n for _, n in drawn)))
    draws.sort()
    return total, draws[25], draws[974]


def overlap(one, other):
    (x, y, w, h), (a, b, c, d) = one, other
    shared = max(0, min(x + w, a + c) - max(x, a)) * max(0, min(y + h, b + d) - max(y, b))
    return shared / max(1, w * h + c * d - shared)


def rectangle(read):
    return [read["rectangle"][key] for key in ("x", "y", "width", "height")]


def is_digits(text):
    return re.fullmatch(r"\+?[0-9]+|\S+@\S+", text) is not None


class Tally:
    def __init__(self):
        self.pairs, self.shares, self.wrong = [], collections.defaultdict(lambda: [0, 0]), []

    def share(self, name, good, note=None):
        self.shares[name][0] += bool(good)
        self.shares[name][1] += 1
        if not good and note:
            self.wrong.append((name, note))

    def page(self, truth, page):
        read = list(page["messages"]) if page else []
        errors = count = 0
        for message in truth["messages"]:
            said = fold(message["text"])
            count += len(said)
            best = max(read, key=lambda m: overlap(rectangle(m), message["rectangle"]), default=None)
            if best is None or overlap(rectangle(best), message["rectangle"]) < 0.3:
                errors += len(said)
                for name in ("bubble", "direction", "sender", "moment"):
                    self.share(name, False, (truth["picture"], "missing", message["text"][:20]))
                for kind, _ in facts(message["text"]):
                    self.share(kind, False)
                    self.share("facts", False)
                continue
            read.remove(best)
            wrong = distance(said, fold(best["text"]))
            errors += wrong
            if wrong:
                self.wrong.append(("text", (truth["picture"], wrong, message["text"], best["text"])))
            self.share("bubble", wrong <= 0.2 * len(said) + 1, (truth["picture"], message["text"], best["text"]))
            self.share("direction", best["direction"] == message["direction"], (truth["picture"], best["direction"], message["text"][:20]))
            self.sender(truth, message, best)
            stamp = (best["time"] or {}).get("moment") or ""
            self.share("moment", stamp[:16] == message["time"], (truth["picture"], message["time"], stamp, (best["time"] or {}).get("text")))
            self.facts(truth, message, best)
        for extra in read:
            errors += len(fold(extra["text"]))
            self.share("bubble", False, (truth["picture"], "extra", extra["text"][:30]))
        self.pairs.append((errors, count))

    def sender(self, truth, message, best):
        if message["direction"] == "sent":
            return
        wanted, got = message["sender"], best["sender"] or {}
        good = got.get("number") == wanted and not got.get("name") if is_digits(wanted) else fold(got.get("name") or "") == fold(wanted)
        if good and message["number"] and not is_digits(wanted):
            good = got.get("number") == message["number"]
        self.share("sender", good, (truth["picture"], wanted, got))

    def facts(self, truth, message, best):
        have = collections.Counter(facts(best["text"]))
        for fact in facts(message["text"]):
            good = have[fact] > 0
            have[fact] -= good
            self.share(fact[0], good, (truth["picture"], fact[1], message["text"], best["text"]))
            self.share("facts", good)
        # What is read wrong, and not marked as doubtful.
        raw = best["text"].encode()
        doubted = [tuple(doubt["span"]) for doubt in best["doubts"]]
        said = re.sub(r"[^0-9]+", " ", width(message["text"]).replace(",", "")).split()
        for m in re.finditer(rb"[0-9][0-9,.\-]*[0-9]", raw):
            digits = re.sub(rb"[^0-9]+", b" ", m.group().replace(b",", b"")).decode().split()
            is_certain = not any(first < m.end() and last > m.start() for first, last in doubted)
            if is_certain:
                self.share("certain digits right", all(part in said or any(part in whole for whole in said) for part in digits), (truth["picture"], m.group().decode(), message["text"]))


def inside(lines, message):
    x, y, w, h = message["text_rectangle"]
    kept = [(top, left, high, text) for left, top, wide, high, text in lines if x <= left + wide / 2 <= x + w and y <= top + high / 2 <= y + h]
    kept.sort()
    return "".join(text for *_, text in kept)


def engine_pairs(truth, lines):
    return [(sum(distance(fold(m["text"]), fold(inside(lines, m))) for m in truth["messages"]), sum(len(fold(m["text"])) for m in truth["messages"]))]


def ours_lines(page):
    lines = [line for message in page["messages"] for line in message["lines"]] + page["others"] if page else []
    return [(*rectangle(line), line["text"]) for line in lines]


def tesseract_lines(path):
    out = subprocess.run(["tesseract", path, "-", "-l", "chi_sim", "--psm", "6", "tsv"], capture_output=True, text=True).stdout
    rows = [row.split("\t") for row in out.splitlines()[1:]]
    words = [row for row in rows if len(row) == 12 and row[11].strip()]
    by_line = collections.defaultdict(list)
    for row in words:
        by_line[tuple(row[1:5])].append(row)
    lines = []
    for line in by_line.values():
        # A row of the page may cross two columns: pieces far from each other are lines of their own.
        piece = []
        for row in line:
            if piece and int(row[6]) - (int(piece[-1][6]) + int(piece[-1][8])) > 3 * int(row[9]):
                lines.append(piece)
                piece = []
            piece.append(row)
        lines.append(piece)
    boxes = []
    for line in lines:
        left, top = min(int(r[6]) for r in line), min(int(r[7]) for r in line)
        right, bottom = max(int(r[6]) + int(r[8]) for r in line), max(int(r[7]) + int(r[9]) for r in line)
        boxes.append((left, top, right - left, bottom - top, "".join(r[11] for r in line)))
    return boxes


def rapidocr_lines(engine, path):
    result = engine(str(path))
    if result.boxes is None:
        return []
    return [(min(p[0] for p in box), min(p[1] for p in box), max(p[0] for p in box) - min(p[0] for p in box), max(p[1] for p in box) - min(p[1] for p in box), text) for box, text in zip(result.boxes, result.txts)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--pages", required=True)
    parser.add_argument("--tesseract", action="store_true")
    parser.add_argument("--rapidocr", action="store_true")
    parser.add_argument("--worst", type=int, default=0)
    parser.add_argument("--most", type=int, help="so many pictures, spread evenly over the folder")
    given = parser.parse_args()
    truths = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(given.folder.glob("*.json"))]
    if given.most:
        truths = [truths[at * len(truths) // given.most] for at in range(min(given.most, len(truths)))]
    run = subprocess.run([given.pages, *(str(given.folder / truth["picture"]) for truth in truths)], capture_output=True, text=True)
    reads = {read["file"]: read for read in map(json.loads, run.stdout.splitlines())}
    tally, of_read, by_skin = Tally(), Tally(), collections.defaultdict(Tally)
    plain = collections.defaultdict(list)
    seconds = collections.defaultdict(list)
    engine = None
    for truth in truths:
        read = reads[truth["picture"]]
        tally.page(truth, read["page"])
        if read["page"]:
            of_read.page(truth, read["page"])
        by_skin[truth["skin"]].page(truth, read["page"])
        plain["ours"] += engine_pairs(truth, ours_lines(read["page"]))
        seconds["ours"].append(read["ms"] / 1000)
        if given.tesseract:
            begun = time.time()
            plain["tesseract"] += engine_pairs(truth, tesseract_lines(str(given.folder / truth["picture"])))
            seconds["tesseract"].append(time.time() - begun)
        if given.rapidocr:
            if engine is None:
                from rapidocr import RapidOCR
                engine = RapidOCR()
            begun = time.time()
            plain["rapidocr"] += engine_pairs(truth, rapidocr_lines(engine, given.folder / truth["picture"]))
            seconds["rapidocr"].append(time.time() - begun)
    print(f"pictures {len(truths)}, not read {sum(read['page'] is None for read in reads.values())}; {run.stderr.strip()}")
    total, low, high = rate(tally.pairs)
    print(f"messages' characters: error {total:.2%} ({low:.2%} to {high:.2%})")
    if len(of_read.pairs) < len(truths):
        total, low, high = rate(of_read.pairs)
        print(f"of the {len(of_read.pairs)} pictures that were read: error {total:.2%} ({low:.2%} to {high:.2%})")
        for name, (good, count) in sorted(of_read.shares.items()):
            print(f"  {name}: {good}/{count} = {good / max(1, count):.2%}")
        print("of all:")
    for name, (good, count) in sorted(tally.shares.items()):
        low, high = wilson(good, count)
        print(f"  {name}: {good}/{count} = {good / max(1, count):.2%} ({low:.2%} to {high:.2%})")
    for name, pairs in plain.items():
        total, low, high = rate(pairs)
        spent = sorted(seconds[name])
        print(f"lines within the true bubbles, {name}: error {total:.2%} ({low:.2%} to {high:.2%}); seconds a page: median {spent[len(spent) // 2]:.2f}, longest {spent[-1]:.2f}")
    for name, one in sorted(by_skin.items()):
        print(f"  {name}: error {rate(one.pairs)[0]:.2%}, " + ", ".join(f"{key} {good}/{count}" for key, (good, count) in sorted(one.shares.items()) if good < count))
    for name, note in tally.wrong[:given.worst]:
        print(name, *note, sep=" | ")


if __name__ == "__main__":
    main()
