// What the in-memory daemon does when it is told to: login, switches, stop, resume, close-all.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@/gen/google/rpc/error_details_pb";
import { AuthService, Role } from "@/gen/tradingd/v1/auth_pb";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import type { SampleDaemon } from "./sample-daemon";

function refuse(message: string, reason: string): ConnectError {
  const details = [{ desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason }) }];
  return new ConnectError(message, Code.FailedPrecondition, undefined, details);
}

export function sampleActions(router: ConnectRouter, daemon: SampleDaemon): void {
  auth(router, daemon);
  emergency(router, daemon);
  strategies(router, daemon);
}

function auth(router: ConnectRouter, { access }: SampleDaemon): void {
  router.service(AuthService, {
    getSetupState: () => ({ setupNeeded: access.setupNeeded, tokenFile: "data/bootstrap-token" }),
    setup: ({ token, user, password }) => access.setUp(token, user, password),
    login: ({ user, password }) => access.login(user, password),
    refresh: () => access.refresh(),
    logout: (_request, context) => {
      access.require(context);
      access.logout();
      return {};
    },
  });
}

function emergency(router: ConnectRouter, daemon: SampleDaemon): void {
  router.service(EmergencyService, {
    getEmergencyState: () => ({ liveOrders: daemon.openOrders }),
    stop: (request, context) => {
      const user = daemon.access.require(context, Role.OPERATOR);
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
      daemon.calls.push({ method: "Resume", request });
      if (daemon.state === TradingState.ACTIVE) throw refuse("nothing is halted", "NOT_HALTED");
      if (request.epoch !== daemon.epoch) throw refuse("a newer stop holds", "NEWER_STOP");
      const previousCause = daemon.cause;
      daemon.setState(TradingState.ACTIVE, `operator ${user.name}: ${request.reason}`);
      return { state: daemon.status().tradingState, previousCause };
    },
    closeAll: (request, context) => {
      daemon.access.require(context, Role.OPERATOR);
      daemon.calls.push({ method: "CloseAll", request });
      const sold = { symbol: "BTCUSDT", held: "0.03", sold: "0.03", remaining: "0" };
      const positions = [{ ...sold, averagePrice: daemon.market.price, profit: "11.8" }];
      return { report: { id: 1n, flat: true, positions } };
    },
  });
}

function strategies(router: ConnectRouter, daemon: SampleDaemon): void {
  router.service(StrategyService, {
    listStrategies: (request) => {
      daemon.calls.push({ method: "ListStrategies", request });
      return { strategies: daemon.strategies, asOfSequence: daemon.sequence };
    },
    setStrategyEnabled: (request, context) => {
      daemon.access.require(context, Role.OPERATOR);
      daemon.calls.push({ method: "SetStrategyEnabled", request });
      const found = daemon.strategies.find((each) => each.name === request.strategy);
      if (!found) throw new ConnectError("no such strategy", Code.NotFound);
      if (request.expectedVersion !== found.version) {
        throw new ConnectError("the strategy was changed meanwhile", Code.Aborted);
      }
      if (!request.enabled && found.openSymbols.length > 0 && !request.force) {
        throw refuse(`${found.name} owns 1 open position`, "OPEN_POSITIONS");
      }
      if (request.dryRun) return { plan: planOf(found.name, request.enabled) };
      const next = { ...found, enabled: request.enabled, version: found.version + 1n };
      daemon.strategies = daemon.strategies.map((each) => (each === found ? next : each));
      const value = { strategy: found.name, enabled: request.enabled, cause: "operator" };
      return { strategy: next, effect: { sequence: daemon.record({ case: "strategySwitched", value }) } };
    },
  });
}

function planOf(strategy: string, enabled: boolean) {
  const [before, after] = enabled ? ["off", "on"] : ["on", "off"];
  return { planId: `plan-${strategy}`, changes: [{ what: `strategy ${strategy}`, before, after }] };
}
