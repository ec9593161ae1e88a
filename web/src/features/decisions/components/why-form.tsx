// "Why not BTC at 14:05": a symbol and a moment, and the page explains that candle.
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { SelectField } from "@/components/select-field";
import { TextField } from "@/components/text-field";
import { t } from "@/lib/i18n";
import { fieldMs, fieldText, intervalMs, momentText } from "@/lib/moments";
import { timestampMs, zoneName } from "@/lib/time";
import { useWorld } from "@/lib/use-world";
import { COLUMNS } from "../api/use-decision-window";
import { useDecisionAddress } from "../filters";

export function WhyForm() {
  const status = useWorld((world) => world.status);
  const { put, chosen } = useDecisionAddress();
  const [symbol, setSymbol] = useState(chosen.symbol);
  const [moment, setMoment] = useState(fieldText(chosen.at));
  const symbols = status?.symbols ?? [];
  const of = symbol === "" ? (symbols[0] ?? "") : symbol;
  const at = fieldMs(moment);
  const explain = (event: FormEvent) => {
    event.preventDefault();
    if (at === undefined) return;
    // The grid goes along, with the candle in its middle where there are newer ones.
    const middle = at + (COLUMNS / 2) * (intervalMs(status?.signalInterval ?? "") ?? 60_000);
    const newest = timestampMs(status?.dataTime) ?? 0;
    put({ of, at: momentText(at), until: middle < newest ? momentText(middle) : "" });
  };
  return (
    <form onSubmit={explain} className="flex flex-wrap items-start gap-3">
      <SelectField
        label={t("decisions:why_form.symbol")}
        options={symbols.map((value) => ({ value, label: value }))}
        value={of}
        onChange={setSymbol}
      />
      <TextField
        type="datetime-local"
        label={t("decisions:why_form.moment", { zone: zoneName() })}
        value={moment}
        onChange={setMoment}
      />
      <div className="pt-5">
        <Button type="submit" variant="primary" disabled={at === undefined || of === ""}>
          {t("decisions:why_form.go")}
        </Button>
      </div>
    </form>
  );
}
