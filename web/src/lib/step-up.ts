// Actions that need a fresh proof of who acts. The interceptor asks here when the daemon answers
// STEP_UP_NEEDED; one dialog in the shell answers, and the call is repeated once. No page has to
// know which calls are of this kind.
import { type Client, Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { AuthService } from "@/gen/tradingd/v1/auth_pb";
import { describeError } from "./errors";
import { t } from "./i18n";
import { createStore } from "./store";

export interface StepUpProof {
  password: string;
  totpCode: string;
}

export class StepUp {
  /** How many calls wait for a proof; the dialog is open while there are any. */
  readonly waiting = createStore(0);
  #waiters: { done(): void; failed(error: unknown): void }[] = [];

  /** Resolves when the user has proven themselves, rejects when they have not. */
  ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ done: resolve, failed: reject });
      this.waiting.set(this.#waiters.length);
    });
  }

  async prove(auth: Client<typeof AuthService>, proof: StepUpProof): Promise<void> {
    await auth.stepUp(proof);
    this.#settle((waiter) => waiter.done());
  }

  cancel(): void {
    const error = new ConnectError(t("step_up.cancelled"), Code.PermissionDenied);
    this.#settle((waiter) => waiter.failed(error));
  }

  #settle(each: (waiter: { done(): void; failed(error: unknown): void }) => void): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    this.waiting.set(0);
    waiters.forEach(each);
  }
}

export function stepUpInterceptor(stepUp: StepUp): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      const own = request.method.name === "StepUp";
      if (request.stream || own || describeError(error).reason !== "STEP_UP_NEEDED") throw error;
      await stepUp.ask();
      return next(request);
    }
  };
}
