"""The baseline that issue 3 names: logistic regression over hashed character 1-2-grams (scikit-learn)."""
import sklearn
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from corpus import joined

# By cross-validation grouped by cluster on the training rows, never on the test: see README.md.
STRENGTH = 100


class Logistic:
    name = "logistic regression, characters 1-2"
    version = f"scikit-learn {sklearn.__version__}"

    def __init__(self, strength=STRENGTH):
        self.features = HashingVectorizer(
            analyzer="char", ngram_range=(1, 2), n_features=2**20, alternate_sign=False, norm="l2", lowercase=True
        )
        self.model = LogisticRegression(C=strength, max_iter=1000)

    def train(self, rows):
        self.model.fit(self.features.transform(joined(r.body) for r in rows), [r.is_fraud for r in rows])

    def score(self, texts):
        return self.model.predict_proba(self.features.transform(joined(t) for t in texts))[:, 1]

    def close(self):
        pass
