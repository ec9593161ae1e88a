// Whether the alert centre is open; asked for from the top bar, cards, toasts and the palette.
import { createStore } from "@/lib/store";

export const alertCentre = createStore(false);

export function openAlertCentre(): void {
  alertCentre.set(true);
}
