// Starts the page: theme and setup link first, then the daemon's connection, then React.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/app";
import { connectDaemon } from "@/lib/daemon";
import { loadTexts, startTexts } from "@/lib/i18n";
import { preferences, startPreferences } from "@/lib/preferences";
import { watchSetupLink } from "@/lib/setup-link";
import { startTheme } from "@/lib/theme";
import { type OpenTransport, openDaemonTransport } from "@/lib/transport";
import "./styles.css";

async function chooseTransport(): Promise<OpenTransport> {
  if (import.meta.env.VITE_SAMPLE_DATA !== "1") return openDaemonTransport;
  const { openSampleTransport } = await import("@/testing/sample-transport");
  return openSampleTransport();
}

watchSetupLink();
startTheme();
startPreferences();
startTexts();
await loadTexts(preferences.get().language);
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
const daemon = connectDaemon(await chooseTransport());
createRoot(root).render(
  <StrictMode>
    <App daemon={daemon} />
  </StrictMode>,
);
