import { useState } from "react";
import { Button } from "@/components/button";
import { useCanOperate } from "@/lib/session-hooks";
import { StopDialog } from "./stop-dialog";

/** On every page, for whoever may act. The first of two steps. */
export function StopButton() {
  const [open, setOpen] = useState(false);
  if (!useCanOperate()) return null;
  return (
    <>
      <Button variant="danger" className="px-5" onClick={() => setOpen(true)}>
        <span aria-hidden="true">■</span> Stop
      </Button>
      {open && <StopDialog onClose={() => setOpen(false)} />}
    </>
  );
}
