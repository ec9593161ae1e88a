import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { AnalyticsRange, type GetAnalyticsRequest } from "@/gen/tradingd/v1/analytics_pb";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

// There is no canvas here; what is drawn on it is looked at in a browser.
vi.mock("./drawing/curve-charts", () => ({
  CurveCharts: class {
    showAll() {}
    destroy() {}
  },
}));

const LOADING = { timeout: 15_000 };

function at(path: string) {
  window.history.replaceState(null, "", path);
  const sample = SampleDaemon.withUser();
  return { sample, ...renderSignedIn(sample) };
}

const asked = (sample: SampleDaemon) =>
  sample.calls.findLast((each) => each.method === "GetAnalytics")?.request as GetAnalyticsRequest;
const figure = (name: string) => screen.getByText(name, { selector: "dt" }).parentElement?.textContent;

describe("analytics", { timeout: 40_000 }, () => {
  it("show the daemon's figures of the range, and what an undefined one needs", async () => {
    at("/analytics");
    await screen.findByText("Total return", { selector: "dt" }, LOADING);
    expect(figure("Total return")).toContain("0.90 %");
    expect(figure("Best trade")).toContain("+25.16");
    expect(figure("Sharpe, annualised")).toContain("–");
    expect(figure("Sharpe, annualised")).toContain("needs two full days");
    expect(figure("Trades")).toContain("12 (6 won, 6 lost)");
    await screen.findByRole("img", { name: /^Equity curve of 6 points with 1 trade marks/ });
  });

  it("ask for the range of the address, and keep a chosen one there", async () => {
    const { sample, user } = at("/analytics?range=30d");
    await screen.findByText("Total return", { selector: "dt" }, LOADING);
    expect(asked(sample).range).toBe(AnalyticsRange.ANALYTICS_RANGE_30D);
    await user.click(screen.getByRole("radio", { name: "7 d" }));
    await waitFor(() => expect(figure("Trades")).toContain("3 (6 won"));
    expect(window.location.search).toContain("range=7d");
    expect(asked(sample).range).toBe(AnalyticsRange.ANALYTICS_RANGE_7D);
  });

  it("take days of one's own, the last one contained", async () => {
    const { sample } = at("/analytics?range=custom&from=2024-03-01&to=2024-03-02");
    await screen.findByText("Total return", { selector: "dt" }, LOADING);
    expect(asked(sample).from?.seconds).toBe(BigInt(Date.UTC(2024, 2, 1) / 1000));
    expect(asked(sample).to?.seconds).toBe(BigInt(Date.UTC(2024, 2, 3) / 1000));
  });

  it("break down by what is chosen", async () => {
    const { user } = at("/analytics?by=symbol");
    const table = await screen.findByRole("table", { name: "Breakdown by Symbol" }, LOADING);
    expect(within(table).getAllByRole("row")[1]?.textContent).toContain("BTCUSDT+90.00");
    await user.click(screen.getByRole("radio", { name: "Exit" }));
    expect((await screen.findByRole("table", { name: "Breakdown by Exit" })).textContent).toContain("Take profit");
  });

  it("show months, hours, returns and costs as tables", async () => {
    at("/analytics");
    await screen.findByText("+0.90 %", {}, LOADING);
    expect(screen.getByRole("group", { name: "Profit by hour of the week" }).textContent).toContain("+90");
    screen.getByRole("img", { name: "12 trades by their return, from \u22121.00 to 1.00 %" });
    const costs = await screen.findByRole("table", { name: "Costs by what was done" });
    expect(costs.textContent).toContain("2.00 bps");
  });
});
