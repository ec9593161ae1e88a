import { Suspense, lazy, useEffect } from "react";
import { Drawer } from "@/components/drawer";
import { Skeleton } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { alertCentre } from "../open-centre";

const AlertTabs = lazy(async () => ({ default: (await import("./alert-tabs")).AlertTabs }));

/** Part of the shell: all alerts over any page. */
export function AlertCentre() {
  const open = useStore(alertCentre);
  useEffect(() => () => alertCentre.set(false), []);
  if (!open) return null;
  return (
    <Drawer title={t("alerts:title")} onClose={() => alertCentre.set(false)}>
      <Suspense fallback={<Skeleton />}>
        <AlertTabs />
      </Suspense>
    </Drawer>
  );
}
