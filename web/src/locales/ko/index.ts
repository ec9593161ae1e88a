// All Korean texts by namespace; src/lib/locales.test.ts compares them with English.
import access from "./access.json";
import alerts from "./alerts.json";
import analytics from "./analytics.json";
import audit from "./audit.json";
import auth from "./auth.json";
import chart from "./chart.json";
import common from "./common.json";
import decisions from "./decisions.json";
import emergency from "./emergency.json";
import enums from "./enums.json";
import logs from "./logs.json";
import market from "./market.json";
import nav from "./nav.json";
import orders from "./orders.json";
import overview from "./overview.json";
import positions from "./positions.json";
import risk from "./risk.json";
import settings from "./settings.json";
import shell from "./shell.json";
import status from "./status.json";
import strategies from "./strategies.json";
import toasts from "./toasts.json";
import tokens from "./tokens.json";
import trades from "./trades.json";

export default {
  access,
  alerts,
  analytics,
  audit,
  auth,
  chart,
  common,
  decisions,
  emergency,
  enums,
  logs,
  market,
  nav,
  orders,
  overview,
  positions,
  risk,
  settings,
  shell,
  status,
  strategies,
  toasts,
  tokens,
  trades,
};
