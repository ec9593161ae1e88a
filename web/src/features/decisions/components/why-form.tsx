// "Why not BTC at 14:05": a symbol and a moment, and the page explains that candle.
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { SelectField } from "@/components/select-field";
import { t } from "@/lib/i18n";
import { fieldMs, fieldText, intervalMs, momentText } from "@/lib/moments";
import { timestampMs, zoneName } from "@/lib/time";
import { useWorld } from "@/lib/use-world";
import { COLUMNS } from "../api/use-decision-window";
import { useDecisionAddress } from "../filters";

const HOUR_MS = 3_600_000;

export function WhyForm() {
  const status = useWorld((world) => world.status);
  const { put, chosen } = useDecisionAddress();
  const [symbol, setSymbol] = useState(chosen.symbol);
  const [typed, setTyped] = useState<string | undefined>(chosen.at === undefined ? undefined : fieldText(chosen.at));
  const symbols = status?.symbols ?? [];
  const of = symbol === "" ? (symbols[0] ?? "") : symbol;
  // Market time, which a calendar does not know: until somebody types, the candle of an hour ago.
  const now = timestampMs(status?.dataTime);
  const moment = typed ?? fieldText(now === undefined ? undefined : now - HOUR_MS);
  const at = fieldMs(moment);
  const explain = (event: FormEvent) => {
    event.preventDefault();
    if (at === undefined) return;
    // The grid goes along, with the candle in its middle where there are newer ones.
    const middle = at + (COLUMNS / 2) * (intervalMs(status?.signalInterval ?? "") ?? 60_000);
    const newest = now ?? 0;
    setTyped(moment);
    put({ of, at: momentText(at), until: middle < newest ? momentText(middle) : "" });
  };
  return (
    <form onSubmit={explain} className="flex flex-wrap items-end gap-3">
      <SelectField
        label={t("decisions:why_form.symbol")}
        options={symbols.map((value) => ({ value, label: value }))}
        value={of}
        onChange={setSymbol}
      />
      <label className="grid gap-1 text-xs text-muted">
        {t("decisions:why_form.moment", { zone: zoneName() })}
        <input
          type="datetime-local"
          value={moment}
          onFocus={() => setTyped(moment)}
          onChange={(event) => setTyped(event.target.value)}
          className="min-h-10 rounded-lg border border-line bg-surface px-3 text-base text-ink"
        />
      </label>
      <Button type="submit" variant="primary" disabled={at === undefined || of === ""}>
        {t("decisions:why_form.go")}
      </Button>
    </form>
  );
}
