import { Component, type ReactNode } from "react";
import { t } from "@/lib/i18n";

/** The last resort: says how to stop trading without this page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main role="alert" className="grid min-h-dvh place-items-center p-6 text-center">
        <div>
          <h1 className="text-xl font-semibold">{t("nav:failed.title")}</h1>
          <p className="mt-2">
            {t("nav:failed.what")} <code>botctl stop</code>
          </p>
        </div>
      </main>
    );
  }
}
