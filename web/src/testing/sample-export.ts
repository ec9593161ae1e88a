// A file as the daemon streams one: parts, progress, and the hash of the whole on the last part.
export async function* exported(heading: string, lines: string[]) {
  const text = `${[heading, ...lines].join("\r\n")}\r\n`;
  const data = new TextEncoder().encode(text);
  const half = Math.floor(data.length / 2);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  yield { chunk: { data: data.slice(0, half), rows: 0n, progressPct: 50 } };
  yield { chunk: { data: data.slice(half), rows: BigInt(lines.length), progressPct: 100, sha256 } };
}
