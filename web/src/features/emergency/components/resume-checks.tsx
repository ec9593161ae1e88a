import { Badge, type Tone } from "@/components/badge";
import { Loaded } from "@/components/loaded";
import type { ResumeCheck } from "@/gen/tradingd/v1/emergency_pb";
import { t } from "@/lib/i18n";
import { words } from "@/lib/labels";
import { useEmergencyState } from "../api/use-emergency-state";

function verdictOf({ passed, required }: ResumeCheck): { tone: Tone; text: string } {
  if (passed) return { tone: "good", text: t("emergency:resume.passed") };
  if (required) return { tone: "bad", text: t("emergency:resume.not_passed") };
  return { tone: "warn", text: t("emergency:resume.known") };
}

/** What the daemon asks for before it resumes, and what a person should have looked at. */
export function ResumeChecks() {
  const state = useEmergencyState();
  return (
    <Loaded query={state} what={t("emergency:resume.checks")}>
      {({ resumeChecks }) =>
        resumeChecks.length > 0 && (
          <section aria-label={t("emergency:resume.checks")} className="mt-4">
            <h3 className="font-semibold">{t("emergency:resume.checks")}</h3>
            <ul className="mt-2 grid gap-2">
              {resumeChecks.map((each) => (
                <li key={each.check} className="grid grid-cols-[6rem_1fr] items-baseline gap-3">
                  <span>
                    <Badge tone={verdictOf(each).tone}>{verdictOf(each).text}</Badge>
                  </span>
                  <span>
                    <span className="font-medium">{words(each.check)}</span>
                    {each.text !== "" && <span className="text-muted"> · {each.text}</span>}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )
      }
    </Loaded>
  );
}
