import type { ComponentProps } from "react";
import { t } from "@/lib/i18n";

interface AccountButtonProps extends ComponentProps<"button"> {
  user: string;
  busy?: boolean;
}

export function AccountButton({ user, busy = false, ...rest }: AccountButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={t("shell:account.button", { user })}
      className="inline-flex min-h-9 max-w-40 items-center gap-1.5 rounded-lg border border-line px-3 text-sm font-semibold hover:bg-raised"
    >
      <span className="truncate">{busy ? t("shell:account.logging_out") : user}</span>
      <span aria-hidden="true" className="text-muted">
        ▾
      </span>
    </button>
  );
}
