// Who is logged in. The access token lives in memory only; the refresh token is a cookie that
// scripts can't read. Renewal happens before expiry and once on UNAUTHENTICATED, always as one
// call that all waiters share, across tabs too, because each refresh token works once.
import { Code, type Client, type Transport, createClient } from "@connectrpc/connect";
import { AuthService, type Role, type Tokens } from "@/gen/tradingd/v1/auth_pb";
import { describeError, hasCode, isUnreachable } from "./errors";
import { t } from "./i18n";
import type { Renewal, SessionState } from "./session-state";
import { createStore } from "./store";
import { oneTabAtATime } from "./tab-lock";
import { durationMs } from "./time";

interface Grant {
  tokens?: Tokens | undefined;
  user: string;
  role: Role;
}

const RETRY_MS = 3_000;

export class AuthSession {
  readonly state = createStore<SessionState>({ phase: "starting" });
  readonly #auth: Client<typeof AuthService>;
  #access = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewing: Promise<Renewal> | undefined;
  /** Raised by each sign-in and sign-out, so that a late renewal can't undo one. */
  #generation = 0;

  constructor(transport: Transport) {
    this.#auth = createClient(AuthService, transport);
  }

  get accessToken(): string {
    return this.#access;
  }

  /** On load: the cookie decides between the page, the login and the first run. */
  async start(): Promise<void> {
    if (this.state.get().phase !== "starting" && this.state.get().phase !== "unreachable") return;
    if ((await this.renew()) !== "refused") return;
    try {
      const setup = await this.#auth.getSetupState({});
      if (setup.setupNeeded) {
        this.state.set({ phase: "setup-needed", tokenFile: setup.tokenFile });
        return;
      }
    } catch (error) {
      // Only loopback gets an answer; from elsewhere a refusal simply means: log in.
      if (isUnreachable(error)) return this.#unreachable(error);
    }
    this.state.set({ phase: "signed-out", notice: "", user: "" });
  }

  /** `totpCode` is empty until the daemon has asked for one. */
  async signIn(user: string, password: string, totpCode = ""): Promise<void> {
    this.#accept(await this.#auth.login({ user, password, totpCode, cookie: true }));
  }

  async setUp(token: string, user: string, password: string): Promise<void> {
    this.#accept(await this.#auth.setup({ token, user, password, cookie: true }));
  }

  /** Ends the session here in any case; says so when the daemon could not be told. */
  async signOut(): Promise<void> {
    let notice = "";
    try {
      await this.#logout();
    } catch (error) {
      notice = t("auth:logged_out_here_only", { why: describeError(error).sentence });
    }
    this.#forget({ phase: "signed-out", notice, user: "" });
  }

  async #logout(): Promise<void> {
    const headers = () => ({ Authorization: `Bearer ${this.#access}` });
    try {
      await this.#auth.logout({}, { headers: headers() });
    } catch (error) {
      if (!hasCode(error, Code.Unauthenticated)) throw error;
      // Refused renewal means that the daemon has ended the session already.
      if ((await this.renew()) === "renewed") await this.#auth.logout({}, { headers: headers() });
    }
  }

  /** One renewal at a time; everybody who asks meanwhile gets the same answer. */
  renew(): Promise<Renewal> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewOnce(): Promise<Renewal> {
    const generation = this.#generation;
    try {
      const grant = await oneTabAtATime(() => this.#auth.refresh({ refreshToken: "" }));
      if (generation === this.#generation) this.#accept(grant);
      return "renewed";
    } catch (error) {
      if (generation !== this.#generation) return "refused";
      if (isUnreachable(error) || hasCode(error, Code.ResourceExhausted)) {
        this.#unreachable(error);
        return "unreachable";
      }
      this.#expire();
      return "refused";
    }
  }

  #accept(grant: Grant): void {
    this.#generation += 1;
    this.#access = grant.tokens?.accessToken ?? "";
    const before = this.state.get();
    const same =
      before.phase === "signed-in" && before.user === grant.user && before.role === grant.role;
    if (!same) this.state.set({ phase: "signed-in", user: grant.user, role: grant.role });
    const life = durationMs(grant.tokens?.accessExpiresIn) ?? 0;
    this.#schedule(Math.max(1_000, life - Math.max(life * 0.2, Math.min(30_000, life / 2))));
  }

  #expire(): void {
    const before = this.state.get();
    if (before.phase === "signed-in") {
      this.#forget({ phase: "signed-out", notice: t("auth:expired"), user: before.user });
    }
  }

  /** A page that is open keeps its session and tries again; a page that loads says so. */
  #unreachable(error: unknown): void {
    if (this.state.get().phase === "signed-in") {
      this.#schedule(RETRY_MS);
      return;
    }
    this.state.set({ phase: "unreachable", message: describeError(error).sentence });
    this.#schedule(RETRY_MS, () => void this.start());
  }

  #forget(next: SessionState): void {
    this.#generation += 1;
    this.#access = "";
    clearTimeout(this.#timer);
    this.state.set(next);
  }

  #schedule(ms: number, then: () => void = () => void this.renew()): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
