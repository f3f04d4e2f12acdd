"""Trains and tests every program on the same rows; prints Markdown tables and writes results.json.

usage: compare.py --data FOLDER --results FILE [--binary ZHENXIN | --verdicts FBS.jsonl GOLD.jsonl]
"""
import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

import numpy as np

import measure
from corpus import joined, test_rows, training_rows
from disguise import Disguises
from fasttext_supervised import FastText
from logistic import Logistic
from rspamd import Rspamd
from spamassassin import SegmentedSpamAssassin, SpamAssassin
from zhenxin import Zhenxin, read_verdicts

RATES = (0.001, 0.005)
GENUINE = {"notice", "otp", "repayment_notice"}
BASELINES = ("logistic regression, characters 1-2 (fbs)", "logistic regression, characters 1-2 (all)")
# Words are given in fbs_sms alone, so that variant has one training set.
RIVALS = [
    (Logistic, "fbs"), (Logistic, "all"), (FastText, "fbs"), (FastText, "all"), (SpamAssassin, "fbs"),
    (SpamAssassin, "all"), (SegmentedSpamAssassin, "fbs"), (Rspamd, "fbs"), (Rspamd, "all"),
]


class Test:
    """The two test files, and the frauds of the first in disguise."""

    def __init__(self, data, common):
        self.fbs, self.gold = (test_rows(data / f"{name}_public.tsv") for name in ("fbs", "gold"))
        frauds = [joined(r.body) for _, r in self.fbs if r.is_fraud]
        self.disguised = {name: [f(t) for t in frauds] for name, f in Disguises(common).all.items()}


def bodies(rows):
    return [r.body for _, r in rows]


def fraud(rows):
    return np.array([r.is_fraud for _, r in rows])


def ask(program, test):
    """Returns the scores of everything there is to score, and the seconds that fbs_public took."""
    start = time.perf_counter()
    scores = {"fbs": program.score(bodies(test.fbs))}
    seconds = time.perf_counter() - start
    scores["gold"] = program.score(bodies(test.gold))
    scores["disguised"] = {name: program.score(texts) for name, texts in test.disguised.items()}
    return scores, seconds


def run_rivals(rows, test):
    sets = {"fbs": [r for r in rows if r.source == "fbs_sms"], "all": rows}
    for make, which in RIVALS:
        program = make()
        try:
            start = time.perf_counter()
            program.train(sets[which])
            train_s = time.perf_counter() - start
            scores, classify_s = ask(program, test)
            note = {"declined_to_learn": program.declined} if hasattr(program, "declined") else {}
            yield f"{program.name} ({which})", program.version, train_s, classify_s, scores, note
        finally:
            program.close()


def run_ours(arguments, test):
    if arguments.verdicts:
        pairs = zip(("fbs", "gold"), arguments.verdicts, (test.fbs, test.gold))
        scores = {name: read_verdicts(path, [i for i, _ in rows], fraud(rows)) for name, path, rows in pairs}
        yield "zhenxin (verdicts given)", "unknown", None, None, scores | {"disguised": {}}, {}
    elif arguments.binary:
        program = Zhenxin(arguments.binary)
        scores, classify_s = ask(program, test)
        yield program.name, program.version, None, classify_s, scores, {}


def share(hits):
    low, high = measure.wilson(int(np.sum(hits)), len(hits))
    return {"hits": int(np.sum(hits)), "n": len(hits), "share": float(np.mean(hits)), "low": low, "high": high}


def figures(scores, test):
    """Returns everything that one program's scores say by themselves."""
    y, gold_y = fraud(test.fbs), fraud(test.gold)
    limits = {rate: measure.threshold(scores["fbs"][~y], rate) for rate in RATES}
    gold_limits = {rate: measure.threshold(scores["gold"][~gold_y], rate) for rate in RATES}
    genuine = np.array([r.kind in GENUINE for _, r in test.gold])
    return {
        "fbs_recall": {str(r): share(scores["fbs"][y] > t) for r, t in limits.items()},
        "fbs_tied_at_threshold": {str(r): int(np.sum(scores["fbs"] == t)) for r, t in limits.items()},
        "at_half": {"recall": share(scores["fbs"][y] > 0.5), "false_positives": share(scores["fbs"][~y] > 0.5)},
        "gold_recall": {str(r): share(scores["gold"][gold_y] > t) for r, t in gold_limits.items()},
        "gold_genuine_called_scam": share(scores["gold"][genuine] > limits[0.005]),
        "disguised": {name: share(s > limits[0.005]) for name, s in scores["disguised"].items()},
    }


def paired(scores, baselines, y):
    return {
        f"{name} at {rate}": dict(zip(("difference", "low", "high"), measure.paired_difference(scores, base, y, rate)))
        for name, base in baselines.items() for rate in RATES
    }


def cell(found):
    return f"{found['share']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"


def difference_cell(found):
    return f"{100 * found['difference']:+.1f} [{100 * found['low']:+.1f}, {100 * found['high']:+.1f}]"


def seconds_cell(seconds):
    return "–" if seconds is None else f"{seconds:.1f}"


def table(head, rows):
    lines = ["| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines) + "\n"


def report(result):
    programs = result["programs"]
    print("## Recall of scam on fbs_public.tsv at fixed false-positive rates, Wilson 95 %\n")
    print(table(
        ["program (trained on)", "0.1 %", "0.5 %", "called above 0.5: recall / false positives",
         "train s", "classify s"],
        [[p["name"], cell(p["fbs_recall"]["0.001"]), cell(p["fbs_recall"]["0.005"]),
          f"{p['at_half']['recall']['share']:.3f} / {100 * p['at_half']['false_positives']['share']:.2f} %",
          seconds_cell(p["train_s"]), seconds_cell(p["classify_s"])] for p in programs],
    ))
    print("## Difference of recall to the logistic regression, same rows, points, bootstrap 95 %\n")
    keys = [f"{b} at {rate}" for b in BASELINES for rate in RATES]
    print(table(
        ["program (trained on)", "to (fbs) at 0.1 %", "to (fbs) at 0.5 %", "to (all) at 0.1 %", "to (all) at 0.5 %"],
        [[p["name"], *(difference_cell(p["paired"][k]) for k in keys)] for p in programs],
    ))
    print("## gold_public.tsv, all sources together: for watching, not for a claim\n")
    print(table(
        ["program (trained on)", "recall at 0.1 %", "recall at 0.5 %", "genuine notices, codes, bills called scam*"],
        [[p["name"], cell(p["gold_recall"]["0.001"]), cell(p["gold_recall"]["0.005"]),
          f"{p['gold_genuine_called_scam']['hits']} of {p['gold_genuine_called_scam']['n']}"] for p in programs],
    ))
    print("\\* at the threshold that gives 0.5 % on fbs_public.tsv\n")
    print("## Recall on disguised frauds of fbs_public.tsv, threshold from clean text (0.5 %)\n")
    names = list(programs[0]["disguised"])
    print(table(
        ["program (trained on)", "clean, as filed", *names],
        [[p["name"], f"{p['fbs_recall']['0.005']['share']:.3f}", *(f"{p['disguised'][n]['share']:.3f}" for n in names)]
         for p in programs if p["disguised"]],
    ))
    print(f"{result['counts']}; {', '.join(result['versions'])}; {result['machine']}; {result['seconds']:.0f} s in all")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--binary", type=Path)
    parser.add_argument("--verdicts", type=Path, nargs=2)
    return parser.parse_args()


def main():
    arguments, start = parse_arguments(), time.perf_counter()
    rows = training_rows(arguments.data)
    test = Test(arguments.data, [r.body for r in rows])
    y, programs, baselines = fraud(test.fbs), [], {}
    for runs in (run_rivals(rows, test), run_ours(arguments, test)):
        for name, version, train_s, classify_s, scores, note in runs:
            print(f"{name}: done after {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
            if name in BASELINES:
                baselines[name] = scores["fbs"]
            programs.append({"name": name, "version": version, "train_s": train_s, "classify_s": classify_s, **note,
                             **figures(scores, test), "scores": scores["fbs"]})
    for program in programs:
        program["paired"] = paired(program.pop("scores"), baselines, y)
    result = {
        "counts": f"trained on {len(rows)} texts (all), {sum(r.source == 'fbs_sms' for r in rows)} of them fbs; "
                  f"tested on {len(y)} rows, {int(y.sum())} scam",
        "versions": list(dict.fromkeys([f"Python {platform.python_version()}", *(p["version"] for p in programs)])),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "seconds": time.perf_counter() - start,
        "programs": programs,
    }
    arguments.results.write_text(json.dumps(result, ensure_ascii=False, indent=1), "utf8")
    report(result)


main()
