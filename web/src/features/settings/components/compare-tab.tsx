import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Loaded } from "@/components/loaded";
import { SelectField } from "@/components/select-field";
import type { Setting } from "@/gen/tradingd/v1/settings_pb";
import { t } from "@/lib/i18n";
import { useAddress } from "@/lib/search";
import { useDifference } from "../api/use-versions";
import { ChangeTable } from "./change-table";

interface CompareTabProps {
  settings: Setting[];
  version: bigint;
}

/** A version out of the address; 0 for everything that is none. */
function versionOf(text: string, newest: bigint): bigint {
  const version = /^\d{1,18}$/.test(text) ? BigInt(text) : 0n;
  return version <= newest ? version : 0n;
}

/** The versions to choose from are the newest ones; the address takes any. */
const OFFERED = 200;

function named(number: string) {
  return { value: number, label: t("settings:history.version", { number }) };
}

function label(chosen: bigint, zero: string): string {
  return chosen === 0n ? zero : t("settings:history.version", { number: String(chosen) });
}

export function CompareTab({ settings, version }: CompareTabProps) {
  const [address, put] = useAddress({ from: "0", to: "0" });
  const from = versionOf(address.from, version);
  const to = versionOf(address.to, version);
  const query = useDifference(from, to);
  const numbers = Array.from({ length: Math.min(Number(version), OFFERED) }, (_, back) => String(version - BigInt(back)));
  const offered = (chosen: bigint) =>
    chosen === 0n || numbers.includes(String(chosen)) ? numbers : [...numbers, String(chosen)];
  return (
    <Card title={t("settings:tab.compare")}>
      <div className="mb-4 flex flex-wrap gap-3">
        <SelectField
          label={t("settings:compare.from")}
          options={[{ value: "0", label: t("settings:compare.defaults") }, ...offered(from).map(named)]}
          value={String(from)}
          onChange={(next) => put({ from: next })}
        />
        <SelectField
          label={t("settings:compare.to")}
          options={[{ value: "0", label: t("settings:compare.now") }, ...offered(to).map(named)]}
          value={String(to)}
          onChange={(next) => put({ to: next })}
        />
      </div>
      <Loaded query={query} what={t("settings:tab.compare")}>
        {({ changes }) =>
          changes.length === 0 ? (
            <EmptyState title={t("settings:compare.same")}>{t("settings:compare.same_hint")}</EmptyState>
          ) : (
            <ChangeTable
              label={t("settings:tab.compare")}
              rows={changes}
              settings={settings}
              before={label(from, t("settings:compare.defaults"))}
              after={label(to, t("settings:compare.now"))}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
