// Stop, resume and close-all at the in-memory daemon, each with its plan.
import { Code, type ConnectRouter } from "@connectrpc/connect";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { OrderPurpose, OrderSide, TradingState } from "@/gen/tradingd/v1/common_pb";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import type { SampleDaemon } from "./sample-daemon";
import { refuse } from "./sample-refusal";

/** A plan belongs to its request, reason and all. */
const planOf = (action: string, reason: string) => ({
  planId: `${action} ${reason}`,
  cost: "0",
  exposureBefore: "1857.25",
  exposureAfter: "1857.25",
});

function fits(planId: string, action: string, reason: string): void {
  if (planId === "" || planId === `${action} ${reason}`) return;
  throw refuse("that plan was made for another request", "PLAN_MISMATCH");
}

const CHECKS = [
  { check: "no_close_all", passed: true, required: true, text: "no close-all is at work" },
  { check: "data_fresh", passed: false, required: false, text: "no row for 31 s" },
];

function stateChanges({ state, epoch, cause, since }: SampleDaemon) {
  const opened = { sequence: 1n, to: TradingState.ACTIVE, cause: "account_opened", lasted: { seconds: 600n } };
  const now = { sequence: 2n, to: state, epoch, cause, at: since, recordedAt: since, principal: "ada" };
  return cause === "account_opened" ? [{ ...opened, at: since, recordedAt: since }] : [now, opened];
}

export function sampleEmergency(router: ConnectRouter, daemon: SampleDaemon): void {
  router.service(EmergencyService, {
    getEmergencyState: () => ({
      liveOrders: daemon.openOrders,
      resumeChecks: daemon.state === TradingState.ACTIVE ? [] : CHECKS,
      ...daemon.emergency,
    }),
    listStateChanges: () => ({ changes: stateChanges(daemon), asOfSequence: daemon.sequence }),
    stop: (request, context) => {
      const user = daemon.access.require(context, Role.OPERATOR);
      if (request.dryRun) return { plan: planOf("stop", request.reason) };
      daemon.calls.push({ method: "Stop", request });
      const why = request.reason === "" ? "" : `: ${request.reason}`;
      const sequence = daemon.setState(TradingState.HALTED, `operator ${user.name}${why}`);
      return {
        state: daemon.status().tradingState,
        cancelledOrderIds: ["t-9-1"],
        protection: daemon.openOrders,
        effect: { sequence },
      };
    },
    resume: (request, context) => {
      const user = daemon.access.require(context, Role.OPERATOR);
      if (daemon.state === TradingState.ACTIVE) throw refuse("nothing is halted", "NOT_HALTED");
      if (request.epoch !== daemon.epoch) throw refuse("a newer stop holds", "NEWER_STOP", Code.Aborted);
      const changes = [{ what: "trading", before: "halted", after: "active" }];
      if (request.dryRun) return { plan: { ...planOf("resume", request.reason), changes } };
      fits(request.planId, "resume", request.reason);
      daemon.calls.push({ method: "Resume", request });
      const previousCause = daemon.cause;
      daemon.setState(TradingState.ACTIVE, `operator ${user.name}: ${request.reason}`);
      return { state: daemon.status().tradingState, previousCause };
    },
    closeAll: (request, context) => {
      daemon.access.require(context, Role.OPERATOR);
      const { price } = daemon.market;
      const sale = { symbol: "BTCUSDT", side: OrderSide.SELL, purpose: OrderPurpose.CLOSE_ALL };
      const orders = [{ ...sale, quantity: "0.03", referencePrice: price, expectedPrice: price }];
      if (request.dryRun) return { plan: { ...planOf("close", request.reason), orders } };
      fits(request.planId, "close", request.reason);
      daemon.calls.push({ method: "CloseAll", request });
      const sold = { symbol: "BTCUSDT", held: "0.03", sold: "0.03", remaining: "0" };
      const report = { id: 1n, flat: true, positions: [{ ...sold, averagePrice: price, profit: "11.8" }] };
      daemon.emergency = { lastCloseAll: report };
      return { report };
    },
  });
}
