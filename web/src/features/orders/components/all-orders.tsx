import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { EndlessTable } from "@/components/endless-table";
import { Loaded } from "@/components/loaded";
import { NewRows } from "@/components/new-rows";
import { Skeleton } from "@/components/skeleton";
import type { Order } from "@/gen/tradingd/v1/orders_pb";
import { t } from "@/lib/i18n";
import { useOrderList } from "../api/use-order-list";
import { orderColumns } from "../order-columns";
import type { OrderFilters } from "../order-filters";

interface AllOrdersProps {
  filters: OrderFilters;
  onOpen(order: Order): void;
  onCancel(order: Order): void;
}

/** Every order there ever was, newest first. */
export function AllOrders({ filters, onOpen, onCancel }: AllOrdersProps) {
  const { query, rows, missed, hasMore, more, reload } = useOrderList(filters);
  return (
    <Card title={t("orders:all")}>
      <Loaded query={query} what={t("orders:all")} skeleton={<Skeleton rows={8} />}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={t("orders:empty.filtered")}>{t("orders:empty.text")}</EmptyState>
          ) : (
            <>
              {missed && <NewRows onShow={reload} />}
              <EndlessTable
                label={t("orders:all")}
                columns={orderColumns({ onOpen, onCancel })}
                rows={rows}
                rowKey={(row) => row.clientOrderId}
                hasMore={hasMore}
                onMore={more}
              />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
