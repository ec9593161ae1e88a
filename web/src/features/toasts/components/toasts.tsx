import { t } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { type Toast, dismissToast, toasts } from "../toast-store";
import { useStreamToasts } from "../use-stream-toasts";

const EDGE: Record<Toast["tone"], string> = {
  neutral: "border-l-line",
  good: "border-l-up",
  bad: "border-l-down",
  warn: "border-l-warn",
  info: "border-l-accent",
};

function ToastLine({ toast }: { toast: Toast }) {
  return (
    <li
      className={`flex items-start gap-3 rounded-lg border border-l-4 border-line bg-surface p-3 text-sm shadow-xl ${EDGE[toast.tone]}`}
    >
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{toast.title}</p>
        {toast.text !== "" && <p className="mt-0.5 text-muted">{toast.text}</p>}
      </div>
      <button
        type="button"
        aria-label={t("toasts:dismiss", { title: toast.title })}
        className="-m-1 grid size-9 shrink-0 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink"
        onClick={() => dismissToast(toast.id)}
      >
        <span aria-hidden="true">✕</span>
      </button>
    </li>
  );
}

/** Part of the shell: what has just happened, over every page, read out politely. */
export function Toasts() {
  useStreamToasts();
  const shown = useStore(toasts);
  return (
    <div
      role="status"
      aria-label={t("toasts:title")}
      className="pointer-events-none fixed right-3 bottom-3 z-30 w-[min(22rem,calc(100vw-1.5rem))]"
    >
      <ul className="pointer-events-auto grid gap-2">
        {shown.map((each) => (
          <ToastLine key={each.id} toast={each} />
        ))}
      </ul>
    </div>
  );
}
