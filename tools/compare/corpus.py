"""Reads the measuring data: which row may teach what, and what is tested.

Knows the files of shared/data and labels.tsv. Deliberately knows no program that learns from them.
"""
import csv
import re
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
FRAUD = "scam"  # the one scam-like kind: every other kind, illegal_offer included, is a negative


class Row(NamedTuple):
    source: str
    kind: str  # empty where the source's label does not tell the kind
    is_fraud: bool
    cluster: str
    body: str  # as the file has it


def joined(text):
    """Returns the text as a telephone would show it: word-segmented sources lose their spaces."""
    return re.sub(r"\s+", "", text)


def read_tsv(path):
    with open(path, encoding="utf8") as f:
        yield from csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)


def test_rows(path):
    """Returns (id, row) of a file with kinds: fbs_public.tsv, gold_public.tsv."""
    return [(r["id"], Row(r["source"], r["kind"], r["kind"] == FRAUD, "", r["body"])) for r in read_tsv(path)]


def training_rows(data):
    """Returns each distinct text of train.tsv once, with what may be learnt from it.

    1. A text read twice by hand (gold_train.tsv) has that kind, whatever its source said.
    2. Otherwise the source's label counts as labels.tsv says; rows it cannot vouch for are dropped.
    3. Copies of one text count once; texts whose copies disagree on fraud are dropped.
    """
    usable = {(r["source"], r["source_label"]): r for r in read_tsv(HERE / "labels.tsv")}
    gold = {joined(r["body"]): r for r in read_tsv(data / "gold_train.tsv")}
    rows, dropped = {}, set()
    for r in read_tsv(data / "train.tsv"):
        key = joined(r["text"])
        if key in gold:
            kind, scam = gold[key]["kind"], "yes" if gold[key]["kind"] == FRAUD else "no"
        else:
            label = usable[r["source"], r["source_label"]]
            kind, scam = label["kind"], label["scam"]
        if not scam or not key:
            continue
        row = Row(r["source"], kind, scam == "yes", r["cluster"], r["text"])
        if key in rows and rows[key].is_fraud != row.is_fraud:
            dropped.add(key)
        if key not in rows or (not rows[key].kind and kind):
            rows[key] = row
    return [row for key, row in rows.items() if key not in dropped]
