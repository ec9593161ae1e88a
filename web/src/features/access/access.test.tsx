import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { CreateTokenRequest } from "@/gen/tradingd/v1/access_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { renderSignedIn } from "@/testing/render-app";
import { SampleDaemon } from "@/testing/sample-daemon";
import { clientText } from "./client-text";

afterEach(() => history.replaceState({}, "", "/"));

function openAt(path: string, role = Role.ADMIN) {
  history.replaceState({}, "", path);
  const sample = SampleDaemon.withUser(role);
  return { sample, ...renderSignedIn(sample) };
}

const button = (name: string | RegExp) => screen.findByRole("button", { name });

async function confirm(user: ReturnType<typeof renderSignedIn>["user"], title: string, go: string) {
  const dialog = await screen.findByRole("dialog", { name: title });
  await within(dialog).findByRole("table", { name: "What would change" });
  await user.click(within(dialog).getByRole("button", { name: go }));
}

describe("users", () => {
  it("are added after the daemon's own checks and its plan", async () => {
    const { sample, user } = openAt("/access");
    await user.click(await button("Add a user"));
    const dialog = await screen.findByRole("dialog", { name: "Add a user" });
    await user.type(within(dialog).getByLabelText("User name"), "carol");
    await user.type(within(dialog).getByLabelText("New password"), "short");
    await user.type(within(dialog).getByLabelText("New password again"), "short");
    await user.click(within(dialog).getByRole("button", { name: "Continue" }));
    await within(dialog).findByText("the password is too short");
    for (const label of ["New password", "New password again"]) {
      await user.clear(within(dialog).getByLabelText(label));
      await user.type(within(dialog).getByLabelText(label), "a long enough one");
    }
    await user.click(within(dialog).getByRole("button", { name: "Continue" }));
    await confirm(user, "Add a user", "Add the user");
    await screen.findByRole("row", { name: /carol Viewer Active/ });
    expect(sample.people.users).toHaveLength(3);
  });

  it("are removed only when their name is typed", async () => {
    const { sample, user } = openAt("/access?tab=users");
    await user.click(await button("Remove: bob"));
    const dialog = await screen.findByRole("dialog", { name: "Remove bob?" });
    await within(dialog).findByRole("table");
    expect(within(dialog).getByRole("button", { name: "Remove" }).hasAttribute("disabled")).toBe(true);
    await user.type(within(dialog).getByLabelText("Type bob to confirm"), "bob");
    await user.click(within(dialog).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(sample.people.users.map((each) => each.name)).toEqual(["ada"]));
  });

  it("are disabled with a plan; nobody can do it to themselves here", async () => {
    const { user } = openAt("/access");
    await user.click(await button("Disable: bob"));
    await confirm(user, "Disable bob?", "Disable");
    await screen.findByRole("row", { name: /bob Viewer Disabled/ });
    expect(screen.queryByRole("button", { name: "Disable: ada" })).toBeNull();
  });

  it("are not shown to a viewer, who sees only what is theirs", async () => {
    openAt("/access", Role.VIEWER);
    await screen.findByRole("tab", { name: "Sessions" });
    expect(screen.queryByRole("tab", { name: "Users" })).toBeNull();
    expect(screen.queryByRole("tab", { name: "Keys" })).toBeNull();
  });
});

describe("sessions", () => {
  it("say which one is this page's, and end one by one", async () => {
    const { sample, user } = openAt("/access?tab=sessions");
    const mine = await screen.findByRole("row", { name: /this one/ });
    expect(mine.textContent).toContain("botctl");
    const row = await screen.findByRole("row", { name: /10\.0\.0\.7/ });
    await user.click(within(row).getByRole("button", { name: /^End the session of ada/ }));
    await confirm(user, "End this session of ada?", "End");
    await waitFor(() => expect(sample.people.sessions.map((each) => each.sessionId)).toEqual(["s-1"]));
  });

  it("name browsers shortly", () => {
    const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    expect(clientText(chrome)).toBe("Chrome 140, Linux");
    expect(clientText(chrome.slice(0, 64))).toBe("Browser, Linux");
    expect(clientText("botctl/0.1.0")).toBe("botctl/0.1.0");
    expect(clientText("")).toBe("unknown");
  });
});

describe("API tokens", () => {
  it("are shown once, and a narrower one is derived from them", async () => {
    const { sample, user } = openAt("/access?tab=tokens");
    await user.click(await button("Create a token"));
    const form = await screen.findByRole("dialog", { name: "Create a token" });
    await user.type(within(form).getByLabelText("Name"), "bot");
    await user.click(within(within(form).getByRole("group", { name: "Symbols" })).getByRole("button", { name: "Add a row" }));
    await user.type(within(within(form).getByRole("group", { name: "Symbols" })).getByLabelText("Entry 1"), "BTCUSDT");
    await user.click(within(form).getByRole("button", { name: "Continue" }));
    await confirm(user, "Create a token", "Create it");
    const shown = await screen.findByRole("dialog", { name: "Token bot" });
    expect(within(shown).getByLabelText("Token text").textContent).toBe("tdt_shown-once");
    const sent = sample.calls.findLast((each) => each.method === "CreateToken")?.request as CreateTokenRequest;
    expect(sent).toMatchObject({ name: "bot", role: Role.VIEWER, dryRun: false });
    expect(sent.limits).toMatchObject({ methods: ["@read"], symbols: ["BTCUSDT"], sources: [] });
    await user.click(within(shown).getByRole("button", { name: "Derive a narrower one" }));
    const derive = await screen.findByRole("dialog", { name: "Derive a narrower token" });
    await user.type(within(derive).getByLabelText("Name"), "child");
    await user.click(within(derive).getByRole("button", { name: "Continue" }));
    await confirm(user, "Derive a narrower token", "Derive it");
    const child = await screen.findByRole("dialog", { name: "Token child" });
    expect(child.textContent).toContain("tdt_narrower");
    await user.click(within(child).getByRole("button", { name: "I have kept it" }));
    await user.click(await button("Revoke: bot"));
    await confirm(user, "Revoke the token bot?", "Revoke");
    await screen.findByText("No API token");
    expect(document.body.textContent).not.toContain("tdt_");
  });
});

describe("keys", () => {
  it("are rotated after their plan", async () => {
    const { user } = openAt("/access?tab=keys");
    await user.click(await button("Rotate the keys"));
    await confirm(user, "Rotate the keys?", "Rotate the keys");
    await screen.findByText(/Rotated\. Tokens of the last key hold until/);
  });
});
