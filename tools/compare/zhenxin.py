"""This repository's program, built already: `zhenxin scan`, and the probability of scam it states.

Texts go in as the file has them; making sources look alike is the program's own task. Nothing is trained here:
the model is the one the program was built with.
"""
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np


class Zhenxin:
    name = "zhenxin"

    def __init__(self, binary):
        self.binary = binary
        answer = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True)
        self.version = answer.stdout.strip()

    def score(self, texts):
        with tempfile.TemporaryDirectory() as folder:
            rows, verdicts = Path(folder) / "rows.jsonl", Path(folder) / "verdicts.jsonl"
            rows.write_text("".join(json.dumps({"id": str(i), "body": t}) + "\n" for i, t in enumerate(texts)), "utf8")
            subprocess.run([self.binary, "scan", rows, "-o", verdicts], check=True, capture_output=True)
            return read_verdicts(verdicts, [str(i) for i in range(len(texts))], [False] * len(texts))

    def close(self):
        pass


def read_verdicts(path, ids, is_fraud):
    """Returns the probability of scam by id. One that is missing counts against: 0 for fraud, 1 for the rest."""
    lines = (json.loads(line) for line in Path(path).read_text("utf8").splitlines() if line.strip())
    stated = {v["id"]: (v.get("probabilities") or {}).get("scam") for v in lines}
    return np.array([stated[i] if stated.get(i) is not None else 1.0 - f for i, f in zip(ids, is_fraud)])
