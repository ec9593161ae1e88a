// An export of the daemon, streamed into a file of the browser. The daemon says the hash of the
// whole; a file that came differently is not saved.
import type { ExportChunk } from "@/gen/tradingd/v1/exports_pb";

export interface ExportProgress {
  rows: number;
  /** How much of the source is read, 0 to 100. */
  progressPct: number;
}

/** Reads the stream to its end and returns the file's parts. Throws when the hash differs. */
export async function readExport(
  stream: AsyncIterable<{ chunk?: ExportChunk | undefined }>,
  onProgress: (progress: ExportProgress) => void,
): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let told = "";
  for await (const { chunk } of stream) {
    if (!chunk) continue;
    parts.push(new Uint8Array(chunk.data));
    told = chunk.sha256;
    onProgress({ rows: Number(chunk.rows), progressPct: chunk.progressPct });
  }
  const file = new Blob(parts);
  const seen = await sha256(file);
  if (told === "") throw new Error("the export ended before its last part");
  // Without a secure context there is no hash to compare; the stream's own end still counts.
  if (seen !== undefined && seen !== told) throw new Error("the export's hash differs");
  return file;
}

async function sha256(file: Blob): Promise<string | undefined> {
  if (crypto.subtle === undefined) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Hands a file to the browser under a name. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
