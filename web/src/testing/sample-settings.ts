// The in-memory daemon's settings: a few of each type, versions, and the refusals that pages show.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { BadRequestSchema } from "@/gen/google/rpc/error_details_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import {
  type Setting,
  SettingClass,
  SettingOrigin,
  SettingSchema,
  type SettingVersion,
  SettingVersionSchema,
  SettingsService,
} from "@/gen/tradingd/v1/settings_pb";
import { DATA_START, type Fields } from "./fixtures";
import type { SampleDaemon } from "./sample-daemon";

function setting(key: string, value: string, range: string, over: Fields<typeof SettingSchema> = {}): Setting {
  const section = key.includes(".") ? (key.split(".")[0] ?? "") : "General";
  return create(SettingSchema, {
    key, section, value, range,
    defaultValue: value,
    description: `What ${key} does.`,
    class: SettingClass.HOT,
    origin: SettingOrigin.DEFAULT,
    ...over,
  });
}

export class SampleSettings {
  list: Setting[] = [
    setting("mode", "paper", "paper or live", { options: ["paper", "live"], class: SettingClass.RESTART }),
    setting("timeframes", "15m,1h", "a list of up to 12 intervals such as 15m, 1h, each once"),
    setting("risk.sizing", "atr", "atr or fixed", { options: ["atr", "fixed"] }),
    setting("risk.max_concurrent_positions", "5", "a whole number, 1 to 1000", { unit: "positions" }),
    setting("risk.max_drawdown_pct", "15", "above 0 to 100", { unit: "percent" }),
    setting("risk.max_order_quantity", "", "a list such as BTCUSDT:0.5, ETHUSDT:10, each pair once, above 0"),
    setting("trend.enabled", "true", "true or false", { options: ["true", "false"] }),
    setting("webhook.secret", "", "empty, or 16 to 200 visible characters", { secret: true, secretSet: true }),
  ];
  version = 1n;
  versions: SettingVersion[] = [
    create(SettingVersionSchema, { version: 1n, cause: "opened", changedBy: "system", at: timestampFromMs(DATA_START) }),
  ];

  /** As a change by somebody would: all of it or nothing. */
  apply(changes: { key: string; before: string; after: string }[], by: string, reason: string, cause = "update"): void {
    this.version += 1n;
    const { version } = this;
    const at = timestampFromMs(DATA_START + Number(version) * 1_000);
    this.list = this.list.map((each) => {
      const change = changes.find(({ key }) => key === each.key);
      if (!change) return each;
      const value = each.secret ? "" : change.after;
      return { ...each, value, secretSet: change.after !== "", version, changedBy: by, changedAt: at, origin: SettingOrigin.STORE };
    });
    const made = create(SettingVersionSchema, { version, at, cause, changedBy: by, role: "admin", reason, changes });
    this.versions = [made, ...this.versions];
  }
}

function invalid(violations: { field: string; description: string }[]): ConnectError {
  const details = [{ desc: BadRequestSchema, value: { fieldViolations: violations } }];
  return new ConnectError("not allowed", Code.InvalidArgument, undefined, details);
}

function planOf(changes: { key: string; before: string; after: string }[], version: bigint) {
  return {
    plan: {
      planId: `settings-${version}`,
      changes: changes.map(({ key, before, after }) => ({ what: key, before, after })),
    },
  };
}

export function sampleSettings(router: ConnectRouter, daemon: SampleDaemon): void {
  const { settings } = daemon;
  const told = (by: string) =>
    daemon.record({ case: "control", value: { type: "settings_changed", principal: by } });
  router.service(SettingsService, {
    listSettings: (_request, context) => {
      daemon.access.require(context);
      return { settings: settings.list, version: settings.version };
    },
    updateSettings: (request, context) => {
      const { name } = daemon.access.require(context, Role.OPERATOR);
      daemon.calls.push({ method: "UpdateSettings", request });
      if (request.expectedVersion !== 0n && request.expectedVersion !== settings.version) {
        throw new ConnectError("the settings were changed meanwhile", Code.Aborted);
      }
      const violations = request.assignments
        .filter(({ value }) => value.includes("bad") || value.includes("9999"))
        .map(({ key, value }) => ({ field: key, description: `must be allowed, got "${value}"` }));
      if (violations.length > 0) throw invalid(violations);
      const wanted = [...request.assignments, ...request.unset.map((key) => ({ key, value: "" }))];
      const changes = wanted.map(({ key, value }) => {
        const old = settings.list.find((each) => each.key === key);
        return { key, before: old?.value ?? "", after: old?.secret ? "set" : value };
      });
      if (request.dryRun) return planOf(changes, settings.version);
      settings.apply(changes, name, request.reason);
      return { version: settings.version, changes, effect: { sequence: told(name) } };
    },
    rollbackSettings: (request, context) => {
      const { name } = daemon.access.require(context, Role.OPERATOR);
      daemon.calls.push({ method: "RollbackSettings", request });
      const undone = settings.versions.filter((each) => each.version > request.toVersion);
      const first = new Map(undone.flatMap((each) => each.changes).map((each) => [each.key, each.before]));
      const changes = [...first].map(([key, after]) => ({
        key, after, before: settings.list.find((each) => each.key === key)?.value ?? "",
      }));
      if (request.dryRun) return planOf(changes, settings.version);
      settings.apply(changes, name, request.reason, "rollback");
      return { version: settings.version, changes, effect: { sequence: told(name) } };
    },
    listSettingVersions: ({ key }) => ({
      versions: settings.versions.filter((each) => key === "" || each.changes.some((change) => change.key === key)),
    }),
    diffSettings: () => ({
      changes: settings.list
        .filter((each) => !each.secret && each.value !== each.defaultValue)
        .map(({ key, value, defaultValue }) => ({ key, before: defaultValue, after: value })),
      toVersion: settings.version,
    }),
  });
}
