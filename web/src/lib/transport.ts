// The one way to the daemon: gRPC-Web on the page's own origin.
import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";

/** Unary calls give up after this; streams name their own limit. */
const CALL_TIMEOUT_MS = 15_000;

export type OpenTransport = (interceptors: Interceptor[]) => Transport;

export const openDaemonTransport: OpenTransport = (interceptors) =>
  createGrpcWebTransport({
    baseUrl: window.location.origin,
    defaultTimeoutMs: CALL_TIMEOUT_MS,
    interceptors,
  });
