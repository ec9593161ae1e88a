import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { AuthGate } from "@/features/auth/components/auth-gate";
import { type Daemon, DaemonContext } from "@/lib/daemon";
import { ErrorBoundary } from "./error-boundary";
import { usePreferences } from "@/lib/preferences";
import { newRouter } from "./router";

export function App({ daemon }: { daemon: Daemon }) {
  const [router] = useState(newRouter);
  const { language, timeZone } = usePreferences();
  return (
    <ErrorBoundary>
      <DaemonContext value={daemon}>
        <QueryClientProvider client={daemon.queryClient}>
          {/* Another language or zone draws everything anew, so texts need no subscriptions. */}
          <AuthGate key={`${language} ${timeZone}`}>
            <RouterProvider router={router} />
          </AuthGate>
        </QueryClientProvider>
      </DaemonContext>
    </ErrorBoundary>
  );
}
