import type { ErrorComponentProps } from "@tanstack/react-router";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";

/** A page that broke; the shell with state and stop button stays. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-xl py-10">
      <ErrorNotice title="This page failed to draw" error={error}>
        <div className="mt-3">
          <Button onClick={reset}>Try again</Button>
        </div>
      </ErrorNotice>
    </div>
  );
}
