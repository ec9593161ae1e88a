import { Button } from "@/components/button";
import { Loaded } from "@/components/loaded";
import { Modal } from "@/components/modal";
import type { GetVersionResponse } from "@/gen/tradingd/v1/system_pb";
import { t } from "@/lib/i18n";
import { formatDateTime, timestampMs } from "@/lib/time";
import { useWorld } from "@/lib/use-world";
import { useVersion } from "../api/use-version";

function Facts({ version }: { version: GetVersionResponse }) {
  const status = useWorld((world) => world.status);
  const facts: [string, string][] = [
    [t("status:about.version"), version.version],
    [t("status:about.build"), version.build],
    [t("status:about.protocol"), `${version.protocol} ${version.protocolVersion}`],
    [t("status:about.minimum_client"), version.minimumClient],
    [t("status:about.capabilities"), version.capabilities.join(", ")],
    [t("status:about.fingerprint"), version.caFingerprint],
    [t("status:about.store"), status?.storeId ?? ""],
    [t("status:about.started"), formatDateTime(timestampMs(status?.startedAt))],
    [t("status:about.journal"), status ? String(status.sequence) : ""],
  ];
  return (
    <dl className="grid gap-x-4 gap-y-2 text-sm sm:grid-cols-[auto_1fr]">
      {facts
        .filter(([, value]) => value !== "")
        .map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What answers on the other side: version, protocol, what it can do. */
export function AboutDialog({ onClose }: { onClose(): void }) {
  return (
    <Modal title={t("status:about.title")} onClose={onClose}>
      <Loaded query={useVersion()} what={t("status:about.title")}>
        {(version) => <Facts version={version} />}
      </Loaded>
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>{t("close")}</Button>
      </div>
    </Modal>
  );
}
