// Every page: its address, its group in the navigation, its code. One line a page; the code of each
// is loaded when it is first opened.
import type { ComponentType } from "react";
import { Role } from "@/gen/tradingd/v1/auth_pb";

export type PageGroup = "trading" | "analysis" | "operation";

export interface PageEntry {
  name:
    | "overview"
    | "positions"
    | "orders"
    | "trades"
    | "chart"
    | "decisions"
    | "strategies"
    | "analytics"
    | "risk"
    | "safety"
    | "settings"
    | "audit"
    | "logs"
    | "access";
  path: string;
  group: PageGroup;
  /** The least role that has anything to see there; viewers when nothing is said. */
  least?: Role;
  /** The page's component, as the default export of its module. */
  load(): Promise<{ default: ComponentType }>;
}

export const PAGES: PageEntry[] = [
  { name: "overview", path: "/", group: "trading", load: () => import("./routes/overview") },
  { name: "positions", path: "/positions", group: "trading", load: () => import("./routes/positions") },
  { name: "orders", path: "/orders", group: "trading", load: () => import("./routes/orders") },
  { name: "trades", path: "/trades", group: "trading", load: () => import("./routes/trades") },
  { name: "chart", path: "/chart", group: "trading", load: () => import("./routes/chart") },
  { name: "decisions", path: "/decisions", group: "trading", load: () => import("./routes/decisions") },
  { name: "strategies", path: "/strategies", group: "trading", load: () => import("./routes/strategies") },
  { name: "analytics", path: "/analytics", group: "analysis", load: () => import("./routes/analytics") },
  { name: "risk", path: "/risk", group: "analysis", load: () => import("./routes/risk") },
  { name: "safety", path: "/safety", group: "operation", load: () => import("./routes/safety") },
  { name: "settings", path: "/settings", group: "operation", load: () => import("./routes/settings") },
  { name: "audit", path: "/audit", group: "operation", least: Role.OPERATOR, load: () => import("./routes/audit") },
  { name: "logs", path: "/logs", group: "operation", least: Role.OPERATOR, load: () => import("./routes/logs") },
  { name: "access", path: "/access", group: "operation", load: () => import("./routes/access") },
];
