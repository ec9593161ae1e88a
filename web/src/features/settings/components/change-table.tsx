import { type Column, DataTable } from "@/components/data-table";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import { valueTypeOf } from "../value-type";
import { unitText, valueText } from "../wording";
import { ActsBadge } from "./acts-badge";

export interface ChangeRow {
  key: string;
  before: string;
  after: string;
  secret?: boolean;
}

interface ChangeTableProps {
  label: string;
  rows: ChangeRow[];
  settings: Setting[];
  before?: string;
  after?: string;
  /** Whether each acts at once; left out where it is history. */
  acts?: boolean;
}

type Heads = Pick<ChangeTableProps, "before" | "after" | "acts">;

function columnsFor(settings: Setting[], heads: Heads): Column<ChangeRow>[] {
  const of = (key: string) => settings.find((each) => each.key === key);
  const columns: Column<ChangeRow>[] = [
    { header: t("settings:change.key"), cell: (row) => <span className="font-mono break-all">{row.key}</span> },
    {
      header: heads.before ?? t("settings:change.before"),
      spread: true,
      cell: (row) => <span className="text-muted">{sideText(row, row.before, of(row.key))}</span>,
    },
    {
      header: heads.after ?? t("settings:change.after"),
      spread: true,
      cell: (row) => <strong>{sideText(row, row.after, of(row.key))}</strong>,
    },
  ];
  const acts: Column<ChangeRow> = {
    header: t("settings:change.acts"),
    cell: (row) => <ActsBadge setting={of(row.key)} />,
  };
  return heads.acts === true ? [...columns, acts] : columns;
}

function sideText(row: ChangeRow, value: string, setting: Setting | undefined): string {
  if (row.secret && value === "") return t("settings:secret.hidden");
  if (!setting) return value || t("settings:empty");
  const shown = valueText(valueTypeOf(setting), value);
  return setting.unit === "" || value === "" ? shown : `${shown} ${unitText(setting.unit)}`;
}

/** Old and new side by side. */
export function ChangeTable({ label, rows, settings, ...heads }: ChangeTableProps) {
  return <DataTable label={label} columns={columnsFor(settings, heads)} rows={rows} rowKey={(row) => row.key} />;
}
