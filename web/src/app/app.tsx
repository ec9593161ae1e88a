import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { AuthGate } from "@/features/auth/components/auth-gate";
import { type Daemon, DaemonContext } from "@/lib/daemon";
import { ErrorBoundary } from "./error-boundary";
import { newRouter } from "./router";

export function App({ daemon }: { daemon: Daemon }) {
  const [router] = useState(newRouter);
  return (
    <ErrorBoundary>
      <DaemonContext value={daemon}>
        <QueryClientProvider client={daemon.queryClient}>
          <AuthGate>
            <RouterProvider router={router} />
          </AuthGate>
        </QueryClientProvider>
      </DaemonContext>
    </ErrorBoundary>
  );
}
