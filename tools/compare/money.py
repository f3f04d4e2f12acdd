"""Times PyXIRR and numpy-financial on the loans of crates/money/examples/money_bench.rs; prints microseconds a call."""
import statistics
import timeit
from datetime import date

import numpy_financial
import pyxirr

ROUNDS = 21


def loan(count):
    payment = round(1_000_000 * 0.015 / (1 - 1.015**-count)) / 100
    return [10_000.0] + [-payment] * count


def dates(count):
    month = lambda n: date(2024 + n // 12, n % 12 + 1, 15)
    return [month(n) for n in range(count + 1)]


def measure(name, call):
    calls = max(1, int(0.02 / max(timeit.timeit(call, number=1), 1e-7)))
    rounds = sorted(timeit.timeit(call, number=calls) / calls * 1e6 for _ in range(ROUNDS))
    print(f"{name:<34} {statistics.median(rounds):>9.3f} {rounds[1]:>9.3f} {rounds[-2]:>9.3f}   (n = {ROUNDS} rounds of {calls})")


for count in (12, 36, 60, 240):
    amounts, days = loan(count), dates(count)
    measure(f"pyxirr irr, {count}", lambda: pyxirr.irr(amounts))
    measure(f"pyxirr xirr, {count}", lambda: pyxirr.xirr(days, amounts))
    measure(f"numpy-financial irr, {count}", lambda: numpy_financial.irr(amounts))
