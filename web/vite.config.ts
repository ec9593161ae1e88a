// Build, dev server and test runner in one place. The dev server hands every protocol call to a
// running daemon, so that the page needs no CORS; the preview server sends the daemon's own
// Content-Security-Policy, so that a violation shows before the daemon ever serves the page.
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const daemon = process.env["TRADINGD_ADDR"] ?? "http://127.0.0.1:8000";

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // Always defined, so that a production build drops the sample daemon altogether.
  define: {
    "import.meta.env.VITE_SAMPLE_DATA": JSON.stringify(process.env["VITE_SAMPLE_DATA"] ?? "0"),
  },
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // The daemon refuses foreign origins; the proxy is its own page for it.
  server: {
    proxy: { "/tradingd.v1.": { target: daemon, changeOrigin: true, headers: { origin: daemon } } },
  },
  preview: { headers: { "Content-Security-Policy": contentSecurityPolicy } },
  build: {
    outDir: process.env["TRADINGD_WEB_OUT"] ?? "dist",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Libraries change seldom: their own file stays in the browser's cache. Charts come with the
    // pages that draw them.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "libraries", test: /node_modules\/(?!lightweight-charts|fancy-canvas|uplot|radix-ui|@radix-ui|@floating-ui|react-remove-scroll|aria-hidden|@tanstack\/(react-)?virtual)/ }] } },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    testTimeout: 120_000,
  },
});
