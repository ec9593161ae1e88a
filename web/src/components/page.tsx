import { type ReactNode, useEffect } from "react";

interface PageProps {
  title: string;
  /** Right of the heading: what can be done on this page. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of every page: its one main heading, and the browser's title. */
export function Page({ title, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · tradingd`;
  }, [title]);
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
