import { t } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { theme, toggleTheme } from "@/lib/theme";

export function ThemeToggle() {
  const shown = useStore(theme);
  return (
    <button
      type="button"
      onClick={toggleTheme}
      aria-label={t(shown === "dark" ? "shell:theme.light" : "shell:theme.dark")}
      className="grid size-9 place-items-center rounded-lg border border-line text-base hover:bg-raised"
    >
      <span aria-hidden="true">{shown === "dark" ? "☀" : "☾"}</span>
    </button>
  );
}
