import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { chooseLanguage } from "@/lib/i18n";
import { setPreferences } from "@/lib/preferences";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";

afterEach(async () => {
  await chooseLanguage("en");
  setPreferences({ timeZone: "UTC", palette: "standard" });
});

async function opened(role = Role.OPERATOR) {
  const sample = SampleDaemon.withUser(role);
  const { user } = renderSignedIn(sample, "/");
  await screen.findByText("Live");
  return { sample, user };
}

describe("the palette", () => {
  it("opens with Ctrl+K, finds a page by some letters, and goes there with Enter", async () => {
    const { user } = await opened();
    await user.keyboard("{Control>}k{/Control}");
    const field = await screen.findByRole("combobox");
    await user.type(field, "safe");
    expect(screen.getByRole("option", { selected: true }).textContent).toContain("Safety");
    await user.keyboard("{Enter}");
    await screen.findByRole("heading", { level: 1, name: "Safety" });
    expect(window.location.pathname).toBe("/safety");
  });

  it("leads to the stop in two steps, for whoever may", async () => {
    const { user, sample } = await opened();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "stop trading{Enter}");
    await screen.findByRole("dialog", { name: "Stop trading now?" });
    expect(sample.calls.filter(({ method }) => method === "Stop")).toEqual([]);
  });

  it("offers a viewer nothing that would be refused", async () => {
    const { user } = await opened(Role.VIEWER);
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "trading");
    expect(screen.queryByRole("option", { name: /Stop|Close all|Resume/ })).toBeNull();
  });
});

describe("preferences", () => {
  it("change language and zone at once, on the same page and without a new stream", async () => {
    const { user, sample } = await opened();
    await user.click(screen.getByRole("button", { name: "Account: ada" }));
    await user.click(await screen.findByRole("menuitem", { name: "Preferences" }));
    await user.selectOptions(await screen.findByLabelText("Time zone"), "Asia/Seoul");
    await user.selectOptions(screen.getByLabelText("Language"), "ko");
    const dialog = await screen.findByRole("dialog", { name: "환경설정" });
    await user.click(within(dialog).getByRole("button", { name: "닫기" }));
    await screen.findByRole("heading", { level: 1, name: "개요" });
    expect(screen.getByRole("group", { name: "데이터 시각" }).textContent).toMatch(/^2024-03-02 01/);
    expect(document.documentElement.lang).toBe("ko");
    expect(sample.calls.filter(({ method }) => method === "Subscribe").length).toBe(1);
  });

  it("show blue and orange for whoever can't tell green from red", async () => {
    const { user } = await opened();
    await user.keyboard("?");
    await user.click(
      within(await screen.findByRole("dialog", { name: "Keyboard shortcuts" })).getByRole("button"),
    );
    await user.click(screen.getByRole("button", { name: "Account: ada" }));
    await user.click(await screen.findByRole("menuitem", { name: "Preferences" }));
    await user.click(await screen.findByRole("switch", { name: /Blue and orange/ }));
    await waitFor(() => expect(document.documentElement.dataset["palette"]).toBe("colour-blind"));
  });
});

describe("the overview", () => {
  it("keeps the range of the curve in the address", async () => {
    const { user } = await opened();
    await user.click(await screen.findByRole("radio", { name: "7 d" }));
    await waitFor(() => expect(window.location.search).toBe("?range=7d"));
    await screen.findByRole("img", { name: /Equity curve of \d+ points/ });
  });

  it("tells the daemon's version on request", async () => {
    const { user } = await opened();
    await user.click(screen.getByRole("button", { name: "Account: ada" }));
    await user.click(await screen.findByRole("menuitem", { name: "About this daemon" }));
    const about = await screen.findByRole("dialog", { name: "About this daemon" });
    await within(about).findByText("resume-stream");
  });
});
