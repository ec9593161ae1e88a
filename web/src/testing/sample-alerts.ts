// Alerts of the in-memory daemon: a list that tests write and people acknowledge.
import { type ConnectRouter } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AlertSchema, AlertService, AlertSeverity, AlertState } from "@/gen/tradingd/v1/alerts_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { DATA_START, type Fields } from "./fixtures";
import type { SampleDaemon } from "./sample-daemon";
import { refuse } from "./sample-refusal";

export function alertOf(over: Fields<typeof AlertSchema> = {}) {
  return create(AlertSchema, {
    id: 1n,
    severity: AlertSeverity.WARNING,
    code: "data_stale",
    title: "market data is stale",
    text: "no row for 31 s",
    hint: "botctl health",
    state: AlertState.OPEN,
    firstAt: timestampFromMs(DATA_START),
    lastAt: timestampFromMs(DATA_START),
    count: 1n,
    ...over,
  });
}

export function sampleAlerts(router: ConnectRouter, daemon: SampleDaemon): void {
  router.service(AlertService, {
    listAlerts: ({ states }) => {
      const alerts = daemon.alerts.filter(({ state }) => states.length === 0 || states.includes(state));
      return { alerts, total: BigInt(alerts.length), asOfSequence: daemon.sequence };
    },
    ackAlert: (request, context) => {
      const user = daemon.access.require(context, Role.OPERATOR);
      daemon.calls.push({ method: "AckAlert", request });
      const found = daemon.alerts.find(({ id }) => id === request.id);
      if (found?.state !== AlertState.OPEN) throw refuse("it is not open", "ALERT_NOT_OPEN");
      found.state = AlertState.ACKNOWLEDGED;
      found.acknowledgedBy = user.name;
      found.acknowledgeNote = request.note;
      daemon.record({ case: "alert", value: { change: "acknowledged", alert: found } });
      return { alert: found };
    },
  });
}
