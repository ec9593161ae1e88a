import { useStore } from "@/lib/store";
import { theme, toggleTheme } from "@/lib/theme";

export function ThemeToggle() {
  const shown = useStore(theme);
  const other = shown === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      onClick={toggleTheme}
      aria-label={`Use ${other} colours`}
      className="grid size-9 place-items-center rounded-lg border border-line text-base hover:bg-raised"
    >
      <span aria-hidden="true">{shown === "dark" ? "☀" : "☾"}</span>
    </button>
  );
}
