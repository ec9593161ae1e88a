import { t } from "@/lib/i18n";
import { useWorld } from "@/lib/use-world";

/** A stop sells nothing: which positions remain. */
export function StayOpen() {
  const positions = useWorld((world) => world.positions) ?? [];
  if (positions.length === 0) return null;
  const symbols = positions.map((each) => each.symbol).join(", ");
  return (
    <p className="text-sm font-semibold">
      {t("emergency:stop.stay_open", { count: positions.length, symbols })}
    </p>
  );
}
