import { screen, waitFor, within } from "@testing-library/react";
import { act } from "react";
import { describe, expect, it } from "vitest";
import { type AckAlertRequest, AlertSeverity, AlertState } from "@/gen/tradingd/v1/alerts_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { renderSignedIn } from "@/testing/render-app";
import { alertOf } from "@/testing/sample-alerts";
import { SampleDaemon } from "@/testing/sample-daemon";

async function opened(role = Role.OPERATOR) {
  const sample = SampleDaemon.withUser(role);
  sample.alerts = [
    alertOf(),
    alertOf({ id: 2n, code: "storage_failing", severity: AlertSeverity.CRITICAL, text: "disk full" }),
    alertOf({ id: 3n, code: "order_rejected", state: AlertState.RESOLVED, text: "too small" }),
  ];
  const { user } = renderSignedIn(sample, "/safety");
  await user.click(await screen.findByRole("button", { name: "Alerts, 2 open" }));
  return { sample, user, centre: await screen.findByRole("dialog", { name: "Alerts" }) };
}

describe("the alert centre", () => {
  it("shows the worst first and keeps what is over apart", async () => {
    const { user, centre } = await opened();
    const list = await within(centre).findByRole("list", { name: "Open alerts" });
    const items = within(list).getAllByRole("listitem");
    expect(items.map((each) => each.textContent?.slice(0, 8))).toEqual(["Critical", "WarningM"]);
    expect(within(centre).queryByText("too small")).toBeNull();
    await user.click(within(centre).getByRole("tab", { name: "History" }));
    await within(centre).findByText("too small");
  });

  it("acknowledges with a note, and the badge counts down", async () => {
    const { sample, user, centre } = await opened();
    await user.click(
      await within(centre).findByRole("button", { name: "Acknowledge: Market data is stale" }),
    );
    const ack = await screen.findByRole("dialog", { name: "Acknowledge the alert" });
    await user.type(within(ack).getByLabelText("Note (optional)"), "looking");
    await user.click(within(ack).getByRole("button", { name: "Acknowledge" }));
    await within(centre).findByText(/acknowledged by ada.*looking/);
    await screen.findByRole("button", { name: "Alerts, 1 open" });
    const call = sample.calls.find((each) => each.method === "AckAlert")?.request as AckAlertRequest;
    expect(call).toMatchObject({ id: 1n, note: "looking" });
  });

  it("can only be read by a viewer", async () => {
    const { centre } = await opened(Role.VIEWER);
    await within(centre).findByText("disk full");
    expect(within(centre).queryByRole("button", { name: /Acknowledge/ })).toBeNull();
  });

  it("hears of a new alert from the stream", async () => {
    const { sample } = await opened();
    const alert = alertOf({ id: 4n, code: "disk_low", text: "90 MB free" });
    sample.alerts = [...sample.alerts, alert];
    act(() => void sample.record({ case: "alert", value: { change: "raised", alert } }));
    await waitFor(() => screen.getByRole("button", { name: "Alerts, 3 open" }), { timeout: 3_000 });
  });
});
