// Where a session can stand.
import type { Role } from "@/gen/tradingd/v1/auth_pb";

export type SessionState =
  | { phase: "starting" }
  | { phase: "unreachable"; message: string }
  | { phase: "setup-needed"; tokenFile: string }
  | { phase: "signed-out"; notice: string; user: string }
  | { phase: "signed-in"; user: string; role: Role };

export type Renewal = "renewed" | "refused" | "unreachable";
