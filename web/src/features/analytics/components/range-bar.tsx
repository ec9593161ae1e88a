import { Choice } from "@/components/choice";
import { t } from "@/lib/i18n";
import { RANGES, useAnalyticsAddress } from "../address";
import { DayField } from "./day-field";

export function RangeBar() {
  const { range, from, to, put } = useAnalyticsAddress();
  return (
    <>
      {range === "custom" && (
        <>
          <DayField label={t("analytics:range.from")} value={from} onChange={(value) => put({ from: value })} />
          <DayField label={t("analytics:range.to")} value={to} onChange={(value) => put({ to: value })} />
        </>
      )}
      <Choice
        label={t("analytics:range.label")}
        options={RANGES.map((value) => ({ value, label: t(`analytics:range.${value}`) }))}
        value={range}
        onChange={(value) => put({ range: value })}
      />
    </>
  );
}
