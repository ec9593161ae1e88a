import type { CloseAllReport } from "@/gen/tradingd/v1/emergency_pb";
import { useEmergencyState } from "../api/use-emergency-state";
import { CloseAllReportTable } from "./close-all-report-table";

/** The newest report of the close-all that `first` began. */
export function CloseAllProgress({ first }: { first: CloseAllReport }) {
  const { data } = useEmergencyState();
  const newest = data?.lastCloseAll?.id === first.id ? data.lastCloseAll : first;
  return <CloseAllReportTable report={newest} />;
}
