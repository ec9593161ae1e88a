// The session for components: its state, and whether this user may act.
import { Role } from "@/gen/tradingd/v1/auth_pb";
import type { SessionState } from "./session-state";
import { useDaemon } from "./daemon";
import { useStore } from "./store";

export function useSession(): SessionState {
  return useStore(useDaemon().session.state);
}

/** Viewers see no action buttons; the daemon refuses them as well. */
export function useCanOperate(): boolean {
  const session = useSession();
  return session.phase === "signed-in" && session.role >= Role.OPERATOR;
}
