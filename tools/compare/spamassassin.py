"""SpamAssassin's Bayes alone, through its own Perl library (spamassassin_bayes.pl)."""
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from corpus import joined
from letter import letter

SCRIPT = Path(__file__).with_name("spamassassin_bayes.pl")


def framed(label, text):
    body = letter(text)
    return f"{label} {len(body)}\n".encode() + body


class SpamAssassin:
    """Sees a text as a telephone shows it; its tokens are then single characters."""

    name = "SpamAssassin, Bayes alone"
    form = staticmethod(joined)

    def __init__(self):
        answer = subprocess.run(["sa-learn", "--version"], check=True, capture_output=True, text=True)
        self.version = answer.stdout.strip().replace(" version", "")
        self.state = tempfile.mkdtemp(prefix="compare-spamassassin-")

    def run(self, task, letters):
        command = ["perl", SCRIPT, self.state, task]
        return subprocess.run(command, input=b"".join(letters), check=True, capture_output=True).stdout

    def train(self, rows):
        self.run("learn", (framed(int(r.is_fraud), self.form(r.body)) for r in rows))

    def score(self, texts):
        return np.array([float(p) for p in self.run("check", (framed("-", self.form(t)) for t in texts)).split()])

    def close(self):
        shutil.rmtree(self.state)


class SegmentedSpamAssassin(SpamAssassin):
    """Sees the corpus' word segmentation, which no real message has: an upper bound, not a rival."""

    name = "SpamAssassin, Bayes alone, words given"
    form = staticmethod(lambda text: text)
