import type { ReactNode } from "react";
import { describeError } from "@/lib/errors";
import { words } from "@/lib/labels";

interface ErrorNoticeProps {
  error: unknown;
  /** What was tried, e.g. "Stop failed". */
  title: string;
  children?: ReactNode;
}

export function ErrorNotice({ error, title, children }: ErrorNoticeProps) {
  const problem = describeError(error);
  return (
    <div role="alert" className="rounded-lg border border-down/60 bg-canvas p-3 text-sm">
      <p className="font-semibold text-down">{title}</p>
      <p className="mt-1 first-letter:uppercase">{problem.sentence}</p>
      {problem.fields.length > 0 && (
        <ul className="mt-1 list-disc pl-5">
          {problem.fields.map((each) => (
            <li key={each.field}>
              {words(each.field)}: {each.description}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-1 text-xs text-muted">
        {problem.code}
        {problem.reason !== undefined && problem.reason !== problem.code && ` · ${problem.reason}`}
      </p>
      {children}
    </div>
  );
}
