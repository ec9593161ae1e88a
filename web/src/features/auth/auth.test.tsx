import { screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { setupSecret, takeSetupSecret } from "@/lib/setup-link";
import { renderApp, renderSignedIn } from "@/testing/render-app";
import { SAMPLE_CODE } from "@/testing/sample-access";
import { SampleDaemon } from "@/testing/sample-daemon";
import { checkSetup } from "./check-setup";

afterEach(() => {
  setupSecret.set("");
  window.history.replaceState(null, "", "/");
});

const password = "correct horse battery";

describe("login", () => {
  it("says what was wrong, then opens the page", async () => {
    const { user } = renderApp(SampleDaemon.withUser());
    await user.type(await screen.findByLabelText("User name"), "ada");
    await user.type(screen.getByLabelText("Password"), "wrong");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    expect((await screen.findByRole("alert")).textContent).toContain("user name or password is wrong");
    await user.clear(screen.getByLabelText("Password"));
    await user.type(screen.getByLabelText("Password"), password);
    await user.click(screen.getByRole("button", { name: "Log in" }));
    await screen.findByRole("button", { name: /Stop/ });
  });

  it("comes back to the same place when the session has ended", async () => {
    const sample = SampleDaemon.withUser();
    window.history.replaceState(null, "", "/?from=link");
    const { daemon, user } = renderSignedIn(sample);
    await screen.findByRole("button", { name: /^Account:/ });
    sample.access.logout();
    await daemon.session.renew();
    await screen.findByText(/Your session has ended/);
    expect((screen.getByLabelText("User name") as HTMLInputElement).value).toBe("ada");
    await user.type(screen.getByLabelText("Password"), password);
    await user.click(screen.getByRole("button", { name: "Log in" }));
    await screen.findByRole("button", { name: /^Account:/ });
    expect(window.location.search).toBe("?from=link");
  });

  it("logs out and forgets what was on screen", async () => {
    const { daemon, user } = renderSignedIn(SampleDaemon.withUser());
    await screen.findByRole("group", { name: "Marked equity" });
    await user.click(screen.getByRole("button", { name: "Account: ada" }));
    await user.click(await screen.findByRole("menuitem", { name: "Log out" }));
    await screen.findByRole("heading", { name: "Log in" });
    expect(daemon.queryClient.getQueryCache().getAll()).toEqual([]);
  });
});

const choose = async (user: ReturnType<typeof renderSignedIn>["user"], entry: string) => {
  await user.click(await screen.findByRole("button", { name: "Account: ada" }));
  await user.click(await screen.findByRole("menuitem", { name: entry }));
};

describe("one's own account", () => {
  it("asks for a one-time code only after the daemon has", async () => {
    const sample = SampleDaemon.withUser();
    const { user } = renderSignedIn(sample, "/");
    await choose(user, "One-time codes");
    await user.click(await screen.findByRole("button", { name: "Set up one-time codes" }));
    expect(await screen.findByText("JBSWY3DPEHPK3PXP")).toBeTruthy();
    await user.type(screen.getByLabelText("One-time code"), SAMPLE_CODE);
    await user.click(screen.getByRole("button", { name: "Confirm" }));
    await screen.findByText("Logins of this account need a one-time code.");
    await user.click(screen.getByRole("button", { name: "Close" }));
    await choose(user, "Log out");
    await user.type(await screen.findByLabelText("User name"), "ada");
    await user.type(screen.getByLabelText("Password"), password);
    expect(screen.queryByLabelText("One-time code")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Log in" }));
    await screen.findByText(/also asks for a one-time code/);
    await user.type(screen.getByLabelText("One-time code"), "000000");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    await screen.findByText(/The code is wrong/);
    await user.type(screen.getByLabelText("One-time code"), SAMPLE_CODE);
    await user.click(screen.getByRole("button", { name: "Log in" }));
    await screen.findByRole("button", { name: "Account: ada" });
  });

  it("changes its password with the old one", async () => {
    const { user } = renderSignedIn(SampleDaemon.withUser(), "/");
    await choose(user, "Change password");
    await user.type(await screen.findByLabelText("Present password"), password);
    await user.type(screen.getByLabelText("New password"), "another long one");
    await user.type(screen.getByLabelText("New password again"), "another long one");
    await user.click(screen.getByRole("button", { name: "Change password" }));
    await screen.findByText("The password is changed, and 1 other session has ended.");
  });
});

describe("first run", () => {
  it("explains how to get the secret when the page has none", async () => {
    renderApp(new SampleDaemon());
    await screen.findByRole("heading", { name: "No user exists yet" });
    expect(screen.getByText("botctl setup")).toBeTruthy();
    expect(screen.getByText("data/bootstrap-token")).toBeTruthy();
  });

  it("takes the secret out of the address and makes the admin", async () => {
    window.history.replaceState(null, "", "/#setup=s%20ecret");
    takeSetupSecret();
    expect(window.location.href).not.toContain("ecret");
    const sample = new SampleDaemon();
    sample.access.setupSecret = "s ecret";
    const { daemon, user } = renderApp(sample);
    await user.type(await screen.findByLabelText("User name"), "root");
    await user.type(screen.getByLabelText("Password"), "too short");
    await user.click(screen.getByRole("button", { name: "Create and log in" }));
    expect(screen.getByText("the two passwords differ")).toBeTruthy();
    expect(sample.access.setupNeeded).toBe(true);
    await user.type(screen.getByLabelText("Password"), " no more");
    await user.type(screen.getByLabelText("Password again"), "too short no more");
    await user.click(screen.getByRole("button", { name: "Create and log in" }));
    await screen.findByRole("button", { name: /^Account:/ });
    expect(daemon.session.state.get()).toMatchObject({ user: "root", role: Role.ADMIN });
    await waitFor(() => expect(setupSecret.get()).toBe(""));
  });

  it.each([
    ["", "long enough password", "long enough password", ["name"]],
    ["x".repeat(65), "long enough password", "long enough password", ["name"]],
    ["ada", "elevenchars", "elevenchars", ["password"]],
    ["ada", "twelve chars", "twelve char", ["again"]],
    ["ada", "twelve chars", "twelve chars", []],
  ])("checks %s / %s / %s", (name, first, again, wrong) => {
    expect(Object.keys(checkSetup(name, first, again))).toEqual(wrong);
  });
});
