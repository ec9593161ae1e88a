// Keys that work everywhere but where somebody types.
import { useEffect } from "react";
import { openPanel } from "./open-panel";

function typing(target: EventTarget | null): boolean {
  const inside = target instanceof Element;
  return inside && target.closest("input, textarea, select, [contenteditable]") !== null;
}

export function useShortcuts(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      // A dialog that is open keeps its keys; the palette must not lie under it.
      if (document.querySelector("dialog[open]") !== null) return;
      const find = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
      const help = event.key === "?" && !typing(event.target);
      if (!find && !help) return;
      event.preventDefault();
      openPanel.set(find ? "palette" : "shortcuts");
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
