import { Component, type ReactNode } from "react";

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
          <h1 className="text-xl font-semibold">This page has failed</h1>
          <p className="mt-2">
            The daemon is not touched by that. Reload the page; to stop trading meanwhile, run{" "}
            <code>botctl stop</code>.
          </p>
        </div>
      </main>
    );
  }
}
