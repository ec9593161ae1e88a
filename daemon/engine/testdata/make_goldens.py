"""Writes the golden indicator values that the engine's tests compare against.

Run it in an environment with `pip install TA-Lib numpy`, from this folder:

    python make_goldens.py

bars.csv              2,000 seeded random candles (inputs)
bars_values.csv       TA-Lib's values on them, default periods
reference_values.csv  TA-Lib's values on the analytic reference series (see `reference`), odd periods too

Rows follow the candles; an empty field is a value that TA-Lib does not define yet. Ten decimals are
kept: the tests compare to 1e-9. The middle Bollinger band is the mean of the other two and the MACD
histogram is line minus signal, so neither is stored.
"""

import math

import numpy as np
import talib


def random_bars(count=2_000, seed=20240101):
    """A random walk with quiet, wild, drifting and motionless stretches, in cents."""
    rng = np.random.default_rng(seed)
    rows, close = [], 5_000
    for i in range(count):
        wild = 8 if (i // 150) % 4 == 2 else 1
        drift = (3, 0, -3, 0)[(i // 100) % 4]
        flat = 1_200 <= i < 1_212
        open_ = close + (0 if flat else int(rng.integers(-3, 4)))
        close = max(200, open_ + (0 if flat else drift + int(rng.normal(0, 12 * wild))))
        high = max(open_, close) + (0 if flat else int(rng.integers(0, 10 * wild)))
        low = max(100, min(open_, close) - (0 if flat else int(rng.integers(0, 10 * wild))))
        volume = int(rng.integers(0, 900))
        rows.append((open_ / 100, high / 100, low / 100, close / 100, float(volume)))
    return np.array(rows)


def reference(count=200):
    """A sine on a slope: closed form, so the tests rebuild it instead of reading it."""
    closes = [100 + 10 * math.sin(i / 7) + 0.05 * i for i in range(count)]
    rows = []
    for i, close in enumerate(closes):
        open_ = closes[max(i - 1, 0)]
        high = max(open_, close) + 0.5 + 0.1 * (i % 3)
        low = min(open_, close) - 0.5 - 0.1 * (i % 4)
        rows.append((open_, high, low, close, 1000.0 + 100 * (i % 5)))
    return np.array(rows)


def values(bars, ema, rsi, atr, macd, bollinger, adx):
    _, high, low, close, _ = (np.ascontiguousarray(c) for c in bars.T)
    line, signal, _ = talib.MACD(close, *macd)
    upper, _, lower = talib.BBANDS(close, bollinger[0], bollinger[1], bollinger[1], 0)
    return {
        "ema": talib.EMA(close, ema),
        "rsi": talib.RSI(close, rsi),
        "atr": talib.ATR(high, low, close, atr),
        "macd": line,
        "signal": signal,
        "upper": upper,
        "lower": lower,
        "adx": talib.ADX(high, low, close, adx),
        "plus_di": talib.PLUS_DI(high, low, close, adx),
        "minus_di": talib.MINUS_DI(high, low, close, adx),
    }


def write(path, columns):
    def text(value):
        return "" if math.isnan(value) else f"{value:.10f}".rstrip("0").rstrip(".")

    with open(path, "w", encoding="ascii", newline="\n") as out:
        out.write(",".join(columns) + "\n")
        for row in zip(*columns.values()):
            out.write(",".join(text(v) for v in row) + "\n")


def main():
    defaults = dict(ema=20, rsi=14, atr=14, macd=(12, 26, 9), bollinger=(20, 2.0), adx=14)
    odd = dict(ema=5, rsi=3, atr=2, macd=(3, 10, 4), bollinger=(7, 1.5), adx=5)
    bars = random_bars()
    write("bars.csv", dict(zip(("open", "high", "low", "close", "volume"), bars.T)))
    write("bars_values.csv", values(bars, **defaults))
    series = reference()
    both = values(series, **defaults) | {k + "_odd": v for k, v in values(series, **odd).items()}
    write("reference_values.csv", both)


if __name__ == "__main__":
    main()
