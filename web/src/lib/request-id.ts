// A new id for each action, so that the daemon can tell a repeat from a second wish.
// `crypto.randomUUID` is missing on plain-HTTP pages that are not loopback; random bytes are not.

export function newRequestId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
