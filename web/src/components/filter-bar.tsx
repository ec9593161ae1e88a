import type { ReactNode } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";

interface FilterBarProps {
  /** True when something is filtered at all. */
  active: boolean;
  onClear(): void;
  children: ReactNode;
}

/** The fields that narrow a list down, in one row where there is room. */
export function FilterBar({ active, onClear, children }: FilterBarProps) {
  return (
    <fieldset className="grid grid-cols-2 items-end gap-2 sm:flex sm:flex-wrap">
      <legend className="sr-only">{t("filter.title")}</legend>
      {children}
      {active && <Button onClick={onClear}>{t("filter.clear")}</Button>}
    </fieldset>
  );
}
