import { ExportButtons } from "@/components/export-buttons";
import { AuditService } from "@/gen/tradingd/v1/audit_pb";
import { useClient } from "@/lib/daemon";
import { useAddress } from "@/lib/search";
import { NO_FILTER, toFilter } from "../filters";

/** All records that the filters leave, not only those that are loaded. */
export function AuditExport() {
  const audit = useClient(AuditService);
  const [filters] = useAddress(NO_FILTER);
  return (
    <ExportButtons
      name="audit"
      open={(format) => audit.exportEvents({ filter: toFilter(filters), format }, { timeoutMs: 0 })}
    />
  );
}
