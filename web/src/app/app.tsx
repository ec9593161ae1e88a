import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { AuthGate } from "@/features/auth/components/auth-gate";
import { type Daemon, DaemonContext } from "@/lib/daemon";
import { usePreferences } from "@/lib/preferences";
import { ErrorBoundary } from "./error-boundary";
import { LiveStream } from "./live-stream";
import { newRouter } from "./router";

export function App({ daemon }: { daemon: Daemon }) {
  const [router] = useState(newRouter);
  const { language, timeZone } = usePreferences();
  return (
    <ErrorBoundary>
      <DaemonContext value={daemon}>
        <QueryClientProvider client={daemon.queryClient}>
          <AuthGate>
            <LiveStream>
              {/* Another language or zone draws everything anew, so texts need no subscriptions. */}
              <RouterProvider key={`${language} ${timeZone}`} router={router} />
            </LiveStream>
          </AuthGate>
        </QueryClientProvider>
      </DaemonContext>
    </ErrorBoundary>
  );
}
