// Selling a position, or a part of it: the plan follows what is chosen, and is carried out as shown.
import { useState } from "react";
import { Choice } from "@/components/choice";
import { PlanDialog } from "@/components/plan-dialog";
import { TextField } from "@/components/text-field";
import {
  type ClosePositionResponse,
  type Position,
  PositionService,
} from "@/gen/tradingd/v1/positions_pb";
import { useClient } from "@/lib/daemon";
import { formatQuantity } from "@/lib/decimal";
import { t } from "@/lib/i18n";
import { SIZES, type Size, quantityProblem, sizeRequest } from "../close-size";

interface CloseDialogProps {
  position: Position;
  gone: string | undefined;
  onDone(answer: ClosePositionResponse): void;
  onClose(): void;
}

const sizeLabel = (size: Size) => (size === "quantity" ? t("positions:close.by_quantity") : `${size} %`);

export function CloseDialog({ position, gone, onDone, onClose }: CloseDialogProps) {
  const client = useClient(PositionService);
  const { symbol, quantity: held } = position;
  const [size, setSize] = useState<Size>("100");
  const [quantity, setQuantity] = useState("");
  const problem = size === "quantity" ? quantityProblem(quantity, held) : "";
  return (
    <PlanDialog
      title={t("positions:close.title", { symbol })}
      danger
      reason="required"
      gone={gone}
      action={{
        // A stop or a target that sells meanwhile makes another plan of it.
        key: ["close", symbol, held, size, size === "quantity" ? quantity : ""],
        ready: problem === "",
        call: (plan) =>
          client.closePosition({ symbol, size: sizeRequest(size, quantity), ...plan }),
        onDone: (answer) => {
          onDone(answer);
          onClose();
        },
      }}
      commit={size === "100" ? t("positions:close.go_all") : t("positions:close.go_part")}
      committing={t("positions:close.busy")}
      onClose={onClose}
    >
      <div className="grid justify-items-start gap-3">
        <p className="text-muted">{t("positions:close.about", { held: formatQuantity(held) })}</p>
        <Choice<Size>
          label={t("positions:close.how_much")}
          options={SIZES.map((value) => ({ value, label: sizeLabel(value) }))}
          value={size}
          onChange={setSize}
        />
        {size === "quantity" && (
          <TextField
            label={t("positions:close.quantity")}
            inputMode="decimal"
            autoComplete="off"
            value={quantity}
            onChange={(text) => setQuantity(text.trim())}
            problem={quantity === "" ? "" : problem}
            hint={t("positions:close.quantity_hint")}
          />
        )}
      </div>
    </PlanDialog>
  );
}
