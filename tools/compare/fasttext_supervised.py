"""fastText, supervised, one thread so that the same rows give the same model.

Each character is a word and word n-grams are then character n-grams: fastText's own subwords end at a space,
and Chinese has none.
"""
import tempfile
from importlib.metadata import version

import fasttext
import numpy as np

from corpus import joined

# By cross-validation grouped by cluster on the training rows, never on the test: see README.md.
SETTINGS = {"lr": 0.5, "epoch": 25, "dim": 50, "wordNgrams": 2, "bucket": 500_000, "minCount": 1, "loss": "softmax"}


def spaced(text):
    return " ".join(joined(text))


class FastText:
    name = "fastText, characters 1-2"
    version = f"fastText {version('fasttext')}"

    def __init__(self, **changed):
        self.settings = SETTINGS | changed

    def train(self, rows):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf8") as f:
            for row in rows:
                f.write(f"__label__{'fraud' if row.is_fraud else 'rest'} {spaced(row.body)}\n")
            f.flush()
            self.model = fasttext.train_supervised(f.name, thread=1, verbose=0, seed=1, **self.settings)

    def score(self, texts):
        # The binding below `model.predict`, which fails with numpy 2.
        answers = (dict((label, p) for p, label in self.model.f.predict(spaced(t) + "\n", 2, 0.0, "strict")) for t in texts)
        return np.array([a.get("__label__fraud", 0.0) for a in answers])

    def close(self):
        pass
