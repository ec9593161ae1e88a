import type { ReactNode } from "react";

/** One panel in the middle: login, first run, trouble before login. */
export function FullPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-md rounded-2xl border border-line bg-surface p-6 shadow-lg">
        <p className="text-sm font-semibold text-accent">tradingd</p>
        <h1 className="mt-1 mb-4 text-xl font-semibold">{title}</h1>
        {children}
      </div>
    </main>
  );
}
