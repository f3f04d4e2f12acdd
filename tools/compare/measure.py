"""Thresholds, recall and intervals, by the same rule as shared/tools/score_kinds.py.

A message is called fraud where its score is above the threshold, so ties are not called.
"""
import math

import numpy as np

RESAMPLES = 2000
SEED = 20260101


def threshold(negatives, rate):
    """Returns the score above which at most `rate` of the negatives lie."""
    descending = np.sort(negatives)[::-1]
    return descending[min(len(descending) - 1, int(rate * len(descending)))]


def recall(scores, is_fraud, rate):
    return float(np.mean(scores[is_fraud] > threshold(scores[~is_fraud], rate)))


def wilson(hits, total, z=1.96):
    """Returns the 95 % interval of a share (Wilson 1927)."""
    if total == 0:
        return 0.0, 1.0
    p, d = hits / total, 1 + z * z / total
    middle = (p + z * z / (2 * total)) / d
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / d
    return max(0.0, middle - half), min(1.0, middle + half)


def paired_difference(scores, baseline, is_fraud, rate):
    """Returns the difference of recall to a baseline on the same rows, with its 95 % bootstrap interval.

    Rows are drawn anew within fraud and within the rest; both thresholds are set anew in each draw, so the
    interval contains the threshold's own uncertainty. The test files hold one row a cluster.
    """
    generator = np.random.default_rng(SEED)
    fraud, rest = np.flatnonzero(is_fraud), np.flatnonzero(~is_fraud)
    drawn = []
    for _ in range(RESAMPLES):
        f, r = generator.choice(fraud, len(fraud)), generator.choice(rest, len(rest))
        ours, theirs = (np.mean(s[f] > threshold(s[r], rate)) for s in (scores, baseline))
        drawn.append(ours - theirs)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return recall(scores, is_fraud, rate) - recall(baseline, is_fraud, rate), float(low), float(high)
