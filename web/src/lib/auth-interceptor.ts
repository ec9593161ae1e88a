// Puts the access token on every call and, when the daemon says UNAUTHENTICATED, renews once and
// repeats the call once. Streams are not repeated here: the event stream reconnects by itself.
import { Code, type Interceptor } from "@connectrpc/connect";
import type { AuthSession } from "./auth-session";
import { hasCode } from "./errors";

export function authInterceptor(session: AuthSession): Interceptor {
  return (next) => async (request) => {
    // A call that brings its own token (to derive a narrower one from it) keeps it.
    if (request.header.has("Authorization")) return next(request);
    const used = session.accessToken;
    if (used !== "") request.header.set("Authorization", `Bearer ${used}`);
    try {
      return await next(request);
    } catch (error) {
      if (request.stream || !hasCode(error, Code.Unauthenticated)) throw error;
      const renewedMeanwhile = session.accessToken !== "" && session.accessToken !== used;
      if (!renewedMeanwhile && (await session.renew()) !== "renewed") throw error;
      request.header.set("Authorization", `Bearer ${session.accessToken}`);
      return next(request);
    }
  };
}
