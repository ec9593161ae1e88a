import { useEffect } from "react";
import { useStore } from "@/lib/store";
import { closeEmergency, emergencyDialog } from "../open-dialog";
import { CloseAllDialog } from "./close-all-dialog";
import { FreezeDialog } from "./freeze-dialog";
import { ResumeDialog } from "./resume-dialog";
import { StopDialog } from "./stop-dialog";

/** Part of the shell: the dialog that somebody has asked for. */
export function EmergencyDialogs() {
  const open = useStore(emergencyDialog);
  // Whoever is logged out meanwhile does not find the dialog open again.
  useEffect(() => closeEmergency, []);
  switch (open?.kind) {
    case undefined:
      return null;
    case "stop":
      return <StopDialog onClose={closeEmergency} />;
    case "freeze":
      return <FreezeDialog onClose={closeEmergency} />;
    case "close-all":
      return <CloseAllDialog onClose={closeEmergency} />;
    case "resume":
      return <ResumeDialog latch={open.latch} onClose={closeEmergency} />;
  }
}
