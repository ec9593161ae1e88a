// Records of the journal in the user's words.
import { AuditSeverity, AuditType } from "@/gen/tradingd/v1/audit_pb";
import type { Tone } from "@/components/badge";
import { textOf } from "@/lib/i18n";
import { words } from "@/lib/labels";

export function typeText(type: AuditType | string): string {
  const name = typeof type === "string" ? type : (AuditType[type] ?? "");
  return textOf(`audit:type.${name}`) ?? name;
}

export function severityText(severity: AuditSeverity | string): string {
  const name = typeof severity === "string" ? severity : (AuditSeverity[severity] ?? "");
  return textOf(`audit:severity.${name}`) ?? name;
}

export function kindText(kind: string): string {
  return textOf(`audit:kind.${kind}`) ?? words(kind);
}

export function toneOf(severity: AuditSeverity): Tone {
  if (severity === AuditSeverity.CRITICAL) return "bad";
  return severity === AuditSeverity.WARNING ? "warn" : "neutral";
}
