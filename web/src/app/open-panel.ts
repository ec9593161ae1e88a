// Which dialog of the shell itself is open.
import { createStore } from "@/lib/store";

export type Panel = "preferences" | "password" | "totp" | "about" | "palette" | "shortcuts";

export const openPanel = createStore<Panel | undefined>(undefined);

export function closePanel(): void {
  openPanel.set(undefined);
}
