// Everything a page needs of the daemon, wired once: transport, session, cache and stream.
import type { DescService } from "@bufbuild/protobuf";
import { type Client, type Transport, createClient } from "@connectrpc/connect";
import { QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import { authInterceptor } from "./auth-interceptor";
import { AuthSession } from "./auth-session";
import { EventStream } from "./event-stream";
import { isUnreachable } from "./errors";
import { StepUp, stepUpInterceptor } from "./step-up";
import type { StreamTiming } from "./stream-timing";
import type { OpenTransport } from "./transport";

export interface Daemon {
  transport: Transport;
  session: AuthSession;
  queryClient: QueryClient;
  stream: EventStream;
  stepUp: StepUp;
}

export function connectDaemon(open: OpenTransport, timing?: StreamTiming): Daemon {
  const session = new AuthSession(open([]));
  const stepUp = new StepUp();
  const transport = open([stepUpInterceptor(stepUp), authInterceptor(session)]);
  const queryClient = newQueryClient();
  const stream = new EventStream(transport, queryClient, session, timing);
  return { transport, session, queryClient, stream, stepUp };
}

/** The daemon is often on loopback, so the browser's idea of being online decides nothing. */
function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        refetchOnWindowFocus: false,
        structuralSharing: false,
        staleTime: 5_000,
        retry: (count, error) => count < 2 && isUnreachable(error),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

export const DaemonContext = createContext<Daemon | undefined>(undefined);

export function useDaemon(): Daemon {
  const daemon = useContext(DaemonContext);
  if (!daemon) throw new Error("useDaemon needs a DaemonContext above it");
  return daemon;
}

export function useClient<S extends DescService>(service: S): Client<S> {
  const { transport } = useDaemon();
  return useMemo(() => createClient(service, transport), [service, transport]);
}
