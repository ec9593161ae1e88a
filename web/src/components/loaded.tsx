// What every query shows: a skeleton before the first answer, the reason when there is none, the
// last answer with its age when a later one failed. Nothing old is shown as if it were new.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useNow } from "@/lib/clock";
import { t } from "@/lib/i18n";
import { formatSpan } from "@/lib/time";
import { Button } from "./button";
import { ErrorNotice } from "./error-notice";
import { Skeleton } from "./skeleton";

interface LoadedProps<T> {
  query: Pick<
    UseQueryResult<T>,
    "data" | "error" | "isError" | "isFetching" | "refetch" | "dataUpdatedAt"
  >;
  /** What it is, for the error: "The trades". */
  what: string;
  skeleton?: ReactNode;
  children(data: T): ReactNode;
}

export function Loaded<T>({ query, what, skeleton, children }: LoadedProps<T>) {
  const { data, isError, error, isFetching, refetch, dataUpdatedAt } = query;
  const now = useNow();
  if (data === undefined && !isError) return skeleton ?? <Skeleton />;
  const failure = isError && (
    <ErrorNotice title={t("failed_to_load", { what })} error={error}>
      <div className="mt-3">
        <Button busy={isFetching && t("loading")} onClick={() => void refetch()}>
          {t("retry")}
        </Button>
      </div>
    </ErrorNotice>
  );
  if (data === undefined) return failure;
  if (!isError) return children(data);
  return (
    <div className="grid gap-3" data-stale>
      {failure}
      <p className="text-xs font-medium text-warn">
        {t("older", { span: formatSpan(now - dataUpdatedAt) })}
      </p>
      {children(data)}
    </div>
  );
}
