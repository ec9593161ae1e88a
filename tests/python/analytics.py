"""The figures of GetAnalytics, computed anew from equity points and trades; plain Python.

Usage: analytics.py < INPUT; INPUT is {"opening": decimal, "points": [{"at", "equity"}], "trades":
[{"opened_at", "closed_at", "profit", "fees"}]}, oldest first. Prints one JSON object.
"""

import json
import math
import sys
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from statistics import fmean, stdev

given = json.load(sys.stdin)


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


points = [(moment(p["at"]), Fraction(p["equity"])) for p in given["points"]]
opening = Fraction(given["opening"])
profits = [Fraction(t["profit"]) for t in given["trades"]]


def by_period(name):
    """The last value of each period, where a point at midnight ends the period before it."""
    last = {}
    for at, value in points:
        last[name(at - timedelta(microseconds=1))] = value
    return last


def drawdown():
    peak, deepest = opening, Fraction(0)
    for _, value in points:
        peak = max(peak, value)
        deepest = max(deepest, (peak - value) / peak)
    return float(deepest * 100)


def day_returns():
    days = by_period(lambda at: at.date())
    values = list(days.values())
    returns = [float(b / a) - 1 for a, b in zip(values, values[1:])]
    # The last day counts when it was seen to its end.
    whole = points[-1][0].time() == datetime.min.time()
    return returns if whole else returns[:-1]


def downside(values):
    return math.sqrt(sum(min(v, 0.0) ** 2 for v in values) / len(values))


def months():
    found, before = {}, opening
    for month, value in by_period(lambda at: at.strftime("%Y-%m")).items():
        found[month] = float(value / before - 1) * 100
        before = value
    return found


def open_share():
    """Share of the time with an open trade, minute by minute edges merged."""
    first, last = points[0][0], points[-1][0]
    edges = sorted((moment(t["opened_at"]), moment(t["closed_at"])) for t in given["trades"])
    held, until = timedelta(), first
    for opened, closed in edges:
        opened, closed = max(opened, until), min(closed, last)
        if closed > opened:
            held += closed - opened
            until = closed
    return held / (last - first) * 100


daily = day_returns()
per_trade = [float(p) for p in profits]
year = math.sqrt(365)
days = (points[-1][0] - points[0][0]) / timedelta(days=1)
growth = float(points[-1][1] / opening)
cagr = (growth ** (365 / days) - 1) * 100
wins = [p for p in profits if p > 0]
losses = [p for p in profits if p <= 0]
print(
    json.dumps(
        {
            "months": months(),
            "statistics": {
                "total_return_pct": (growth - 1) * 100,
                "cagr_pct": cagr,
                "calmar": cagr / drawdown(),
                "max_drawdown_pct": drawdown(),
                "days": len(daily),
                "sharpe_daily_annualised": fmean(daily) / stdev(daily) * year,
                "sortino_daily_annualised": fmean(daily) / downside(daily) * year,
                "volatility_annualised_pct": stdev(daily) * year * 100,
                "exposure_time_pct": open_share(),
                "trades": len(profits),
                "win_rate_pct": len(wins) / len(profits) * 100,
                "profit_factor": float(sum(wins) / -sum(losses)),
                "trades_per_day": len(profits) / days,
                "sharpe_per_trade": fmean(per_trade) / stdev(per_trade),
                "sortino_per_trade": fmean(per_trade) / downside(per_trade),
                "expectancy": float(sum(profits) / len(profits)),
                "average_win": float(sum(wins) / len(wins)),
                "average_loss": float(sum(losses) / len(losses)),
                "best_trade": float(max(profits)),
                "worst_trade": float(min(profits)),
                "trade_profit": float(sum(profits)),
                "fees": float(sum(Fraction(t["fees"]) for t in given["trades"])),
            },
        }
    )
)
