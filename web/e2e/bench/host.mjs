// The built page and the in-memory daemon behind one real HTTP server of their own, so that a bench
// needs nothing that runs elsewhere. The page is the production build.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const web = join(import.meta.dirname, "../..");
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** The page as it would be embedded; built anew unless BENCH_DIST names a build. */
export async function builtPage() {
  const given = process.env.BENCH_DIST ?? "";
  if (given !== "") return { folder: given, remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "tradingd-page-"));
  await build({ root: web, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

async function sampleCode() {
  const folder = mkdtempSync(join(tmpdir(), "tradingd-sample-"));
  await build({
    root: web,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: join(web, "src/testing/sample-host.ts"),
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: "host.mjs", codeSplitting: false } },
    },
  });
  const code = await import(pathToFileURL(join(folder, "host.mjs")).href);
  rmSync(folder, { recursive: true });
  return code;
}

function sendFile(folder, path, request, response) {
  const asked = join(folder, path);
  const file = path !== "/" && asked.startsWith(folder) && existsSync(asked) ? asked : join(folder, "index.html");
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  const headers = { "content-type": type, "cache-control": "no-cache" };
  const body = readFileSync(file);
  if (!/gzip/.test(request.headers["accept-encoding"] ?? "")) return response.writeHead(200, headers).end(body);
  return response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(gzipSync(body));
}

async function answer(handler, request, response) {
  const ended = new AbortController();
  response.on("close", () => ended.abort());
  const { status, header, body } = await handler({
    httpVersion: "1.1",
    method: request.method,
    url: `http://${request.headers.host}${request.url}`,
    header: new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: request,
    signal: ended.signal,
  });
  response.writeHead(status, Object.fromEntries(header ?? []));
  response.flushHeaders();
  for await (const part of body ?? []) {
    if (!response.write(part)) await new Promise((done) => response.once("drain", done));
  }
  response.end();
}

/** `{ url, daemon, code, close }`; the browser's user is logged in from the start. */
export async function startHost({ folder, trades = 0 }) {
  const code = await sampleCode();
  const daemon = code.SampleDaemon.withUser();
  daemon.access.cookie = "ada/0";
  daemon.history = code.madeTrades(trades, 1_000n);
  const handlers = new Map(code.handlersOf(daemon).map((each) => [each.requestPath, each]));
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const handler = handlers.get(path);
    if (!handler) return sendFile(folder, path, request, response);
    return answer(handler, request, response).catch(() => response.destroy());
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, daemon, code, close };
}
