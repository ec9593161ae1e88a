import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { AuditType, type ListEventsRequest } from "@/gen/tradingd/v1/audit_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { renderSignedIn } from "@/testing/render-app";
import { eventOf } from "@/testing/sample-audit";
import { SampleDaemon } from "@/testing/sample-daemon";

afterEach(() => history.replaceState({}, "", "/"));

function openAt(path: string, role = Role.ADMIN) {
  history.replaceState({}, "", path);
  const sample = SampleDaemon.withUser(role);
  return { sample, ...renderSignedIn(sample) };
}

// No row has a height here, so the list that draws only what is in view draws none.
const total = (text: string) => screen.findByText(text);

describe("the audit", () => {
  it("asks for what the address says", async () => {
    const { sample } = openAt("/audit?type=SETTINGS&text=settings&who=ada&since=2026-03-01T12%3A00");
    await total("1 records");
    const sent = sample.calls.find((each) => each.method === "ListEvents")?.request as ListEventsRequest;
    expect(sent.filter).toMatchObject({ types: [AuditType.SETTINGS], text: "settings", principal: "ada" });
    expect(Number(sent.filter?.since?.seconds)).toBe(Date.UTC(2026, 2, 1, 12) / 1000);
    expect(screen.getByLabelText<HTMLInputElement>("User").value).toBe("ada");
  });

  it("shows one record with before and after, by its link", async () => {
    const { user } = openAt("/audit?event=2");
    const dialog = await screen.findByRole("dialog", { name: "Record 2" });
    await within(dialog).findByRole("row", { name: "risk.max_drawdown_pct 15 8" });
    expect(dialog.textContent).toContain("thin books");
    expect(dialog.textContent).toContain("hash-2");
    await user.click(within(dialog).getByRole("button", { name: "req-7" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.getByLabelText<HTMLInputElement>("Request id").value).toBe("req-7");
  });

  it("follows new records while Live is on", async () => {
    const { sample, user } = openAt("/audit");
    await total("2 records");
    await user.click(screen.getByRole("switch", { name: "Live" }));
    await screen.findByText("0 new records since Live was switched on");
    sample.audit.add(eventOf(3, "login", AuditType.LOGIN, { principal: "bob" }));
    await screen.findByText("1 new record since Live was switched on");
  });

  it("verifies the chain, and says what is wrong with it", async () => {
    const { sample, user } = openAt("/audit");
    await user.click(await screen.findByRole("button", { name: "Verify the chain" }));
    await screen.findByText("Verified: nothing was changed");
    await screen.findByText(/Records 1 to 2 were checked; 1 anchors agree/);
    sample.audit.findings = [{ kind: "edited", sequence: 1n, text: "record 1 is not what its hash says" }];
    await user.click(screen.getByRole("button", { name: "Verify the chain" }));
    await screen.findByText("1 finding");
    await screen.findByRole("row", { name: /Edited 1 record 1 is not what its hash says/ });
  });

  it("leaves verification to admins, and the page to operators", async () => {
    openAt("/audit", Role.OPERATOR);
    await total("2 records");
    expect(screen.queryByRole("button", { name: "Verify the chain" })).toBeNull();
  });

  it("tells a viewer that it is not for them, and does not offer it", async () => {
    openAt("/audit", Role.VIEWER);
    await screen.findByText("Your role does not see this page");
    expect(screen.queryByRole("link", { name: "Audit" })).toBeNull();
  });
});
