// What a client calls itself, short: browsers write a line that nobody reads.
import { t } from "@/lib/i18n";

const BROWSERS: [RegExp, string][] = [
  [/\bEdg\/(\d+)/, "Edge"],
  [/\bOPR\/(\d+)/, "Opera"],
  [/\bFirefox\/(\d+)/, "Firefox"],
  [/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+).*Safari\//, "Safari"],
];

const SYSTEMS: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux|X11/, "Linux"],
];

export function clientText(client: string): string {
  if (client === "") return t("access:session.unknown");
  const system = SYSTEMS.find(([pattern]) => pattern.test(client))?.[1];
  for (const [pattern, name] of BROWSERS) {
    const version = pattern.exec(client)?.[1];
    if (version !== undefined) return [`${name} ${version}`, system].filter(Boolean).join(", ");
  }
  // The daemon keeps the beginning of the line only, which names no browser.
  if (client.startsWith("Mozilla/")) {
    return [t("access:session.browser"), system].filter(Boolean).join(", ");
  }
  return client;
}
