import type { ReactNode } from "react";
import { Button } from "@/components/button";
import type { Column } from "@/components/data-table";
import type { ApiToken } from "@/gen/tradingd/v1/access_pb";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { roleText } from "./wording";

/** More than these are folded away; "all that only reads" alone is dozens. */
const SHOWN = 3;

function limit(items: string[] | undefined): ReactNode {
  if (items === undefined || items.length === 0) return t("access:token.any");
  if (items.length <= SHOWN) return <span className="break-words">{items.join(", ")}</span>;
  return (
    <details>
      <summary className="py-0.5 text-accent">{t("access:token.many", { count: items.length })}</summary>
      <ul className="text-xs break-words">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </details>
  );
}

export function tokenColumns(all: ApiToken[], onRevoke: (token: ApiToken) => void): Column<ApiToken>[] {
  const parent = (id: string) => all.find((each) => each.tokenId === id)?.name ?? id;
  return [
    {
      header: t("access:token.name"),
      cell: (row) => (
        <span>
          <strong>{row.name}</strong>
          {row.parentId !== "" && (
            <span className="block text-xs text-muted">{t("access:token.derived_from", { name: parent(row.parentId) })}</span>
          )}
        </span>
      ),
    },
    { header: t("access:column.user"), cell: (row) => row.user },
    { header: t("access:column.role"), cell: (row) => roleText(row.role) },
    { header: t("access:token.methods"), spread: true, cell: (row) => limit(row.limits?.methods) },
    { header: t("access:token.symbols"), spread: true, cell: (row) => limit(row.limits?.symbols) },
    { header: t("access:token.sources"), spread: true, cell: (row) => limit(row.limits?.sources) },
    { header: t("access:column.created"), cell: (row) => formatDateTime(timestampMs(row.createdAt)) },
    { header: t("access:column.ends"), cell: (row) => formatDateTime(timestampMs(row.expiresAt)) },
    {
      header: t("access:column.used"),
      cell: (row) => (row.lastUsedAt ? formatDateTime(timestampMs(row.lastUsedAt)) : t("access:token.unused")),
    },
    {
      header: t("access:column.actions"),
      cell: (row) => (
        <Button
          className="!min-h-9 !px-2.5 !text-xs"
          aria-label={`${t("access:token.revoke")}: ${row.name}`}
          onClick={() => onRevoke(row)}
        >
          {t("access:token.revoke")}
        </Button>
      ),
    },
  ];
}
