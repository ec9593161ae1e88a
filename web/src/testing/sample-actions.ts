// What the in-memory daemon does when it is told to.
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import { sampleAlerts } from "./sample-alerts";
import { sampleAuth } from "./sample-auth";
import type { SampleDaemon } from "./sample-daemon";
import { sampleEmergency } from "./sample-emergency";
import { refuse } from "./sample-refusal";

export function sampleActions(router: ConnectRouter, daemon: SampleDaemon): void {
  sampleAuth(router, daemon);
  sampleEmergency(router, daemon);
  sampleAlerts(router, daemon);
  strategies(router, daemon);
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
