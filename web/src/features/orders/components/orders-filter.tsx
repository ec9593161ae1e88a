import { DayField } from "@/components/day-field";
import { FilterBar } from "@/components/filter-bar";
import { SelectField } from "@/components/select-field";
import { ExecutionStyle, OrderPurpose, OrderSide } from "@/gen/tradingd/v1/common_pb";
import { OrderStatus } from "@/gen/tradingd/v1/orders_pb";
import { t } from "@/lib/i18n";
import { labelOf } from "@/lib/labels";
import { useWorld } from "@/lib/use-world";
import { STYLES } from "../api/use-execution-list";
import { NO_FILTER, type OrdersAddress, PURPOSES, SIDES, STATUSES } from "../order-filters";

interface OrdersFilterProps {
  address: OrdersAddress;
  onChange(change: Partial<OrdersAddress>): void;
}

interface Option {
  value: string;
  label: string;
}

function options(values: Option[]): Option[] {
  return [{ value: "", label: t("filter.any") }, ...values];
}

/** Only the fields that the tab in view can be narrowed by. */
export function OrdersFilter({ address, onChange }: OrdersFilterProps) {
  const symbols = useWorld((world) => world.status?.symbols) ?? [];
  const { tab, symbol, status, side, purpose, style, from, to } = address;
  const active = [symbol, status, side, purpose, style, from, to].some((each) => each !== "");
  return (
    <FilterBar active={active} onClear={() => onChange({ ...NO_FILTER, style: "" })}>
      <SelectField
        label={t("filter.symbol")}
        options={options(symbols.map((value) => ({ value, label: value })))}
        value={symbol}
        onChange={(value) => onChange({ symbol: value })}
      />
      {tab !== "executions" && (
        <>
          <SelectField
            label={t("orders:column.state")}
            options={options(
              STATUSES.map((value) => ({ value, label: labelOf.orderStatus(OrderStatus[value]) })),
            )}
            value={status}
            onChange={(value) => onChange({ status: value })}
          />
          <SelectField
            label={t("orders:column.side")}
            options={options(SIDES.map((value) => ({ value, label: labelOf.side(OrderSide[value]) })))}
            value={side}
            onChange={(value) => onChange({ side: value })}
          />
        </>
      )}
      <SelectField
        label={t("orders:column.why")}
        options={options(
          PURPOSES.map((value) => ({ value, label: labelOf.purpose(OrderPurpose[value]) })),
        )}
        value={purpose}
        onChange={(value) => onChange({ purpose: value })}
      />
      {tab === "executions" && (
        <SelectField
          label={t("orders:execution.style")}
          options={options(
            STYLES.map((value) => ({ value, label: labelOf.executionStyle(ExecutionStyle[value]) })),
          )}
          value={style}
          onChange={(value) => onChange({ style: value })}
        />
      )}
      {tab === "all" && (
        <>
          <DayField label={t("filter.from")} value={from} onChange={(value) => onChange({ from: value })} />
          <DayField label={t("filter.to")} value={to} onChange={(value) => onChange({ to: value })} />
        </>
      )}
    </FilterBar>
  );
}
