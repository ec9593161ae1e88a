import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import type { UpdateSettingsRequest } from "@/gen/tradingd/v1/settings_pb";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";
import { dropAllDrafts } from "./drafts";

afterEach(() => {
  dropAllDrafts();
  history.replaceState({}, "", "/");
});

function openAt(path: string, role = Role.ADMIN) {
  history.replaceState({}, "", path);
  const sample = SampleDaemon.withUser(role);
  return { sample, ...renderSignedIn(sample) };
}

// The page's code is loaded first.
const positions = () =>
  screen.findByRole<HTMLInputElement>("textbox", { name: "risk.max_concurrent_positions" });
const review = () => screen.findByRole("button", { name: "Review and save" });

async function type(user: ReturnType<typeof renderSignedIn>["user"], text: string) {
  const input = await positions();
  await user.clear(input);
  await user.type(input, text);
}

async function whenChecked() {
  await waitFor(async () => expect((await review()).hasAttribute("disabled")).toBe(false));
}

describe("settings", () => {
  it("shows old and new before a change is saved with its reason", async () => {
    const { sample, user } = openAt("/settings");
    await type(user, "1");
    await whenChecked();
    await user.click(await review());
    const dialog = await screen.findByRole("dialog", { name: "Save these changes?" });
    const row = await within(dialog).findByRole("row", { name: /risk\.max_concurrent_positions/ });
    expect(row.textContent).toContain("5 positions");
    expect(row.textContent).toContain("1 positions");
    expect(row.textContent).toContain("Acts at once");
    await user.type(within(dialog).getByLabelText("Reason (optional)"), "thin books");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sample.settings.list[3]?.value).toBe("1");
    const sent = sample.calls.findLast((each) => each.method === "UpdateSettings")?.request as UpdateSettingsRequest;
    expect(sent).toMatchObject({ dryRun: false, planId: "settings-1", expectedVersion: 1n, reason: "thin books" });
    expect(screen.queryByText(/unsaved change/)).toBeNull();
  });

  it("says beside the field what is wrong, its own and the daemon's", async () => {
    const { user } = openAt("/settings");
    await type(user, "1.5");
    await screen.findByText(/Must be a whole number/);
    await user.clear(await screen.findByRole("textbox", { name: "risk.max_drawdown_pct" }));
    await user.type(await screen.findByRole("textbox", { name: "risk.max_drawdown_pct" }), "bad");
    await screen.findByText(/Must be a number/);
    await user.click(await screen.findByRole("button", { name: /General/ }));
    await user.clear(await screen.findByLabelText("Entry 1"));
    await user.type(await screen.findByLabelText("Entry 1"), "bad");
    await screen.findByText('must be allowed, got "bad,1h"');
    expect(screen.getByText(/3 are not allowed/)).toBeTruthy();
    expect((await review()).hasAttribute("disabled")).toBe(true);
  });

  it("tells who was faster, and saves only what is meant after that", async () => {
    const { sample, user } = openAt("/settings");
    await type(user, "2");
    await whenChecked();
    await user.click(await review());
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByRole("table", { name: "What would change" });
    sample.settings.apply([{ key: "risk.max_concurrent_positions", before: "5", after: "7" }], "bob", "");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    await within(dialog).findByText(/bob has set risk.max_concurrent_positions to 7 meanwhile/);
    expect(within(dialog).getByRole("button", { name: "Save" }).hasAttribute("disabled")).toBe(true);
    await user.click(within(dialog).getByRole("button", { name: "Keep mine: 2" }));
    const row = await within(dialog).findByRole("row", { name: /max_concurrent/ });
    await waitFor(() => expect(row.textContent).toContain("7 positions"));
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sample.settings.list[3]?.value).toBe("2"));
    expect(sample.settings.version).toBe(3n);
  });

  it("edits pairs as rows and clears secrets that it never shows", async () => {
    const { sample, user } = openAt("/settings?key=risk.max_order_quantity");
    const pairs = await screen.findByRole("group", { name: "risk.max_order_quantity" });
    await user.click(within(pairs).getByRole("button", { name: "Add a row" }));
    await user.type(within(pairs).getByLabelText("Name 1"), "BTCUSDT");
    await user.type(within(pairs).getByLabelText("Value 1"), "0.5");
    await user.type(screen.getByRole("searchbox"), "secret");
    await user.click(await screen.findByRole("button", { name: "Clear it" }));
    await whenChecked();
    await user.click(await review());
    const dialog = await screen.findByRole("dialog");
    await user.click(await within(dialog).findByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const sent = sample.calls.findLast((each) => each.method === "UpdateSettings")?.request as UpdateSettingsRequest;
    expect(sent.assignments.map(({ key, value }) => [key, value])).toEqual([
      ["risk.max_order_quantity", "BTCUSDT:0.5"],
      ["webhook.secret", ""],
    ]);
  });

  it("puts the focus on the setting that a link names", async () => {
    openAt("/settings?key=risk.max_drawdown_pct");
    const input = await screen.findByRole("textbox", { name: "risk.max_drawdown_pct" });
    await waitFor(() => expect(document.activeElement).toBe(input));
  });

  it("shows a viewer values and no inputs", async () => {
    openAt("/settings", Role.VIEWER);
    await screen.findByText("risk.max_concurrent_positions");
    expect(screen.queryByRole("textbox", { name: "risk.max_concurrent_positions" })).toBeNull();
    expect(screen.queryByRole("combobox", { name: "risk.sizing" })).toBeNull();
    expect(screen.getByText("Risk", { selector: "h2" })).toBeTruthy();
  });

  it("keeps what was typed over the end of a session", async () => {
    const { sample, user, daemon } = openAt("/settings");
    await type(user, "3");
    sample.access.cookie = "";
    sample.access.expireAccess();
    await daemon.session.renew();
    await user.type(await screen.findByLabelText("Password"), "correct horse battery");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    expect((await positions()).value).toBe("3");
  });

  it("asks before a page with unsaved changes is left", async () => {
    const { user } = openAt("/settings");
    await type(user, "3");
    const toLogs = within(screen.getAllByRole("navigation", { name: "Pages" })[0] ?? document.body).getByRole("link", { name: "Logs" });
    await user.click(toLogs);
    await screen.findByRole("dialog", { name: "Leave without saving?" });
    await user.click(screen.getByRole("button", { name: "Stay here" }));
    expect((await positions()).value).toBe("3");
    await user.click(toLogs);
    await user.click(await screen.findByRole("button", { name: "Discard and leave" }));
    await screen.findByRole("heading", { level: 1, name: "Logs" });
  });

  it("undoes one version, with its plan first", async () => {
    const { sample, user } = openAt("/settings?tab=history");
    sample.settings.apply([{ key: "risk.sizing", before: "atr", after: "fixed" }], "bob", "try it");
    await user.click(await screen.findByRole("button", { name: "Undo version 2" }));
    const dialog = await screen.findByRole("dialog", { name: "Undo version 2?" });
    await within(dialog).findByRole("row", { name: /risk\.sizing fixed atr/ });
    await user.click(within(dialog).getByRole("button", { name: "Undo it" }));
    await waitFor(() => expect(sample.settings.list[2]?.value).toBe("atr"));
    await screen.findByText("Version 3 (current)");
    expect(screen.getByText(/try it/)).toBeTruthy();
  });

  it("compares what holds with the defaults", async () => {
    const { sample } = openAt("/settings?tab=compare");
    sample.settings.apply([{ key: "risk.sizing", before: "atr", after: "fixed" }], "bob", "");
    await screen.findByRole("row", { name: /risk\.sizing atr fixed/ });
  });
});
