// While trading is restrained: what holds it, and the two ways on. Shown under the state banner of
// every page; viewers see the state but no action.
import { useState } from "react";
import { Button } from "@/components/button";
import { TradingState } from "@/gen/tradingd/v1/common_pb";
import type { TradingStateInfo } from "@/gen/tradingd/v1/system_pb";
import { useCanOperate } from "@/lib/session-hooks";
import { useWorld } from "@/lib/use-world";
import { CloseAllDialog } from "./close-all-dialog";
import { ResumeDialog } from "./resume-dialog";

const MEANING: Partial<Record<TradingState, string>> = {
  [TradingState.HALTED]: "No entry and no strategy exit. Protection stays and may still sell.",
  [TradingState.REDUCING]: "Exits only, no entry.",
};

const FROZEN = "Frozen: protection suspended. No stop and no target sells until resume.";

export function HaltedBar() {
  const info = useWorld((world) => world.status?.tradingState);
  const mayAct = useCanOperate();
  const [resuming, setResuming] = useState<TradingStateInfo>();
  const [closing, setClosing] = useState(false);
  const meaning = info && (info.frozen ? FROZEN : MEANING[info.state]);
  return (
    <>
      {meaning !== undefined && (
        <section
          aria-label="Trading is restrained"
          className="border-b border-stop bg-stop/15 px-4 py-2"
        >
          <div className="mx-auto flex max-w-[100rem] flex-wrap items-center gap-x-4 gap-y-2">
            <p className="shrink grow basis-64 text-sm">
              <strong>{info?.state === TradingState.HALTED ? "Halted." : "Reducing."}</strong>{" "}
              {meaning}
            </p>
            {mayAct && (
              <div className="flex gap-2">
                <Button onClick={() => setResuming(info)}>Resume</Button>
                {info?.state === TradingState.HALTED && (
                  <Button variant="danger" onClick={() => setClosing(true)}>
                    Close all
                  </Button>
                )}
              </div>
            )}
          </div>
        </section>
      )}
      {resuming && <ResumeDialog latch={resuming} onClose={() => setResuming(undefined)} />}
      {closing && <CloseAllDialog onClose={() => setClosing(false)} />}
    </>
  );
}
