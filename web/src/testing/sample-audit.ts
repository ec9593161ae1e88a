// The in-memory daemon's journal and log.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ConnectRouter } from "@connectrpc/connect";
import {
  type AuditEvent, AuditEventSchema, AuditSeverity, AuditService, AuditType,
} from "@/gen/tradingd/v1/audit_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { type LogLine, LogLevel, LogLineSchema, LogService } from "@/gen/tradingd/v1/logs_pb";
import { DATA_START, type Fields } from "./fixtures";
import type { SampleDaemon } from "./sample-daemon";

export class SampleAudit {
  events: AuditEvent[] = [
    eventOf(1, "order_filled", AuditType.FILL, { symbol: "BTCUSDT", summary: "quantity=0.03" }),
    eventOf(2, "settings_changed", AuditType.SETTINGS, {
      principal: "ada", severity: AuditSeverity.WARNING, requestId: "req-7",
      detail: '{"changes":[{"key":"risk.max_drawdown_pct","before":"15","after":"8"}],"reason":"thin books"}',
    }),
  ];
  /** What a verification finds. */
  findings: { kind: string; sequence: bigint; text: string }[] = [];
  lines: LogLine[] = [
    lineOf(1, LogLevel.INFO, "tradingd::run", "serving", { address: "127.0.0.1:8000" }),
    lineOf(2, LogLevel.WARN, "tradingd::trader", "slow commit", { took: "210 ms" }),
  ];
  readonly #listeners = new Set<() => void>();

  add(event: AuditEvent): void {
    this.events.push(event);
    for (const listener of this.#listeners) listener();
  }

  log(line: LogLine): void {
    this.lines.push(line);
    for (const listener of this.#listeners) listener();
  }

  /** Resolves when something was added, or the reader is gone. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#listeners.delete(done);
        resolve();
      };
      this.#listeners.add(done);
      signal.addEventListener("abort", done);
    });
  }
}

export function eventOf(sequence: number, kind: string, type: AuditType, over: Fields<typeof AuditEventSchema> = {}) {
  return create(AuditEventSchema, {
    sequence: BigInt(sequence), kind, type,
    at: timestampFromMs(DATA_START + sequence * 1_000),
    severity: AuditSeverity.INFO,
    hash: `hash-${sequence}`,
    ...over,
  });
}

export function lineOf(number: number, level: LogLevel, module: string, message: string, fields: Record<string, string> = {}) {
  return create(LogLineSchema, {
    number: BigInt(number), level, module, message, fields, at: timestampFromMs(DATA_START + number * 1_000),
  });
}

export function sampleAudit(router: ConnectRouter, daemon: SampleDaemon): void {
  const { audit } = daemon;
  const last = () => audit.events.at(-1)?.sequence ?? 0n;
  router.service(AuditService, {
    listEvents: (request, context) => {
      daemon.access.require(context, Role.OPERATOR);
      daemon.calls.push({ method: "ListEvents", request });
      const { types = [], text = "" } = request.filter ?? {};
      const fits = audit.events.filter(
        (each) => (types.length === 0 || types.includes(each.type)) && each.kind.includes(text),
      );
      return { events: fits.toReversed(), total: BigInt(fits.length), asOfSequence: last() };
    },
    async *tailEvents({ after }, context) {
      for (let seen = after ?? last(); ; ) {
        for (const event of audit.events) {
          if (event.sequence <= seen) continue;
          seen = event.sequence;
          yield { event, asOfSequence: seen };
        }
        yield { asOfSequence: seen };
        await audit.next(context.signal);
        if (context.signal.aborted) return;
      }
    },
    async *verifyChain() {
      yield { recordsDone: 1n, recordsTotal: last() };
      yield {
        recordsDone: last(), recordsTotal: last(), done: true, chainFrom: 1n, lastSequence: last(), anchors: 1n,
        anchoredSequence: last(), findings: audit.findings, found: BigInt(audit.findings.length),
      };
    },
    getAuditState: () => ({ sequence: last(), hash: "hash-2", chainFrom: 1n, anchoredSequence: 1n }),
  });
  router.service(LogService, {
    async *tailLogs({ minLevel, follow }, context) {
      for (let seen = 0n; ; ) {
        for (const line of audit.lines) {
          if (line.number <= seen || line.level < minLevel) continue;
          seen = line.number;
          yield { payload: { case: "line" as const, value: line } };
        }
        if (!follow) return;
        await audit.next(context.signal);
        if (context.signal.aborted) return;
      }
    },
  });
}
