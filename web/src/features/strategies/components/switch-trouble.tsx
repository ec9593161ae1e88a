import { ErrorNotice } from "@/components/error-notice";
import { t } from "@/lib/i18n";
import type { StrategySwitches } from "../api/use-strategy-switches";
import { ForceOffDialog } from "./force-off-dialog";

/** What came of switching: a refusal, or the question whether it is really wanted. */
export function SwitchTrouble({ switches }: { switches: StrategySwitches }) {
  const { error, guarded, leave } = switches;
  return (
    <>
      {error && <ErrorNotice title={t("strategies:not_switched")} error={error} />}
      {guarded && <ForceOffDialog strategy={guarded} onClose={leave} />}
    </>
  );
}
