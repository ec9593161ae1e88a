import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SystemService } from "@/gen/tradingd/v1/system_pb";
import { SampleDaemon } from "@/testing/sample-daemon";
import { transportTo } from "@/testing/sample-transport";
import { AuthSession } from "./auth-session";
import { connectDaemon } from "./daemon";

afterEach(() => vi.useRealTimers());

async function signedIn() {
  const sample = SampleDaemon.withUser();
  const { session, transport } = connectDaemon(transportTo(sample));
  await session.signIn("ada", "correct horse battery");
  return { sample, session, system: createClient(SystemService, transport) };
}

describe("a session", () => {
  it("is asked for when there is no cookie", async () => {
    const { session } = connectDaemon(transportTo(SampleDaemon.withUser()));
    await session.start();
    expect(session.state.get()).toEqual({ phase: "signed-out", notice: "", user: "" });
  });

  it("goes on after a reload by the cookie alone", async () => {
    const sample = SampleDaemon.withUser();
    sample.access.cookie = "ada/0";
    const { session } = connectDaemon(transportTo(sample));
    await session.start();
    expect(session.state.get()).toMatchObject({ phase: "signed-in", user: "ada" });
    expect(session.accessToken).not.toBe("");
  });

  it("opens nothing when the daemon can't be reached, and tries again", async () => {
    vi.useFakeTimers();
    const down = createRouterTransport(() => {}, {
      transport: {
        interceptors: [() => () => Promise.reject(new ConnectError("down", Code.Unavailable))],
      },
    });
    const session = new AuthSession(down);
    await session.start();
    expect(session.state.get()).toEqual({ phase: "unreachable", message: "down" });
    expect(vi.getTimerCount()).toBe(1);
  });

  it("renews once for all calls that were refused together", async () => {
    const { sample, system } = await signedIn();
    sample.access.expireAccess();
    const answers = await Promise.all([system.getStatus({}), system.getStatus({}), system.getStatus({})]);
    expect(answers.map((each) => each.storeId)).toEqual(["store-a", "store-a", "store-a"]);
    expect(sample.access.refreshes).toBe(1);
  });

  it("renews before the access token ends", async () => {
    vi.useFakeTimers();
    const { sample } = await signedIn();
    await vi.advanceTimersByTimeAsync(450_000);
    expect(sample.access.refreshes).toBe(0);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(sample.access.refreshes).toBe(1);
  });

  it("asks for a login when the cookie is refused, once", async () => {
    const { sample, session, system } = await signedIn();
    sample.access.logout();
    const states: string[] = [];
    session.state.subscribe(() => states.push(session.state.get().phase));
    const results = await Promise.allSettled([system.getStatus({}), system.getStatus({})]);
    expect(results.map((each) => each.status)).toEqual(["rejected", "rejected"]);
    expect(states).toEqual(["signed-out"]);
    expect(session.state.get()).toMatchObject({ user: "ada", notice: expect.stringContaining("ended") as string });
  });

  it("a late renewal does not undo a logout", async () => {
    const { session } = await signedIn();
    const renewal = session.renew();
    await session.signOut();
    await renewal;
    expect(session.state.get().phase).toBe("signed-out");
    expect(session.accessToken).toBe("");
  });
});
