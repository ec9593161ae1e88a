"""GARCH(1,1) by the `arch` package, as the reference of daemon/engine/src/risk/garch.rs.

Needs: pip install arch. Run in this directory; writes garch_returns.csv and garch_values.csv.
Zero mean, normal errors, the package's own start variance (backcast); returns are scaled to a
standard deviation of about one for its optimiser, and the results scaled back.
"""

import numpy as np
from arch import arch_model

rng = np.random.default_rng(20_240_607)


def simulated(n, omega, alpha, beta):
    variance, out = omega / (1 - alpha - beta), []
    for _ in range(n):
        out.append(np.sqrt(variance) * rng.standard_normal())
        variance = omega + alpha * out[-1] ** 2 + beta * variance
    return np.round(out, 9)


def closes():
    rows = np.loadtxt("bars.csv", delimiter=",", skiprows=1)
    return np.round(np.diff(np.log(rows[:251, CLOSE])), 9)


with open("bars.csv") as file:
    CLOSE = file.readline().strip().split(",").index("close")

series = {
    "calm": simulated(250, 4e-7, 0.08, 0.88),
    "clustered": simulated(250, 2e-6, 0.25, 0.70),
    "edge": simulated(60, 1e-6, 0.15, 0.75),
    "hourly": simulated(250, 1e-5, 0.12, 0.80),
    "bars": closes(),
    "short": simulated(60, 4e-6, 0.35, 0.5),
}
with open("garch_returns.csv", "w") as out:
    out.write("series,value\n")
    for name, values in series.items():
        for value in values:
            out.write(f"{name},{value:.9f}\n")
with open("garch_values.csv", "w") as out:
    out.write("series,omega,alpha,beta,log_likelihood,forecast\n")
    for name, values in series.items():
        scale = 1 / values.std()
        model = arch_model(values * scale, mean="Zero", vol="GARCH", p=1, q=1, rescale=False)
        best = model.fit(disp="off", options={"maxiter": 1000, "ftol": 1e-13})
        omega, alpha, beta = best.params[["omega", "alpha[1]", "beta[1]"]]
        forecast = np.sqrt(best.forecast(horizon=1).variance.values[-1, 0]) / scale
        likelihood = best.loglikelihood + len(values) * np.log(scale)
        figures = (omega / scale**2, alpha, beta, likelihood, forecast)
        out.write(name + "".join(f",{x:.12g}" for x in figures) + "\n")
