// All Korean texts by namespace; src/lib/locales.test.ts compares them with English.
import alerts from "./alerts.json";
import auth from "./auth.json";
import common from "./common.json";
import emergency from "./emergency.json";
import enums from "./enums.json";
import market from "./market.json";
import nav from "./nav.json";
import orders from "./orders.json";
import overview from "./overview.json";
import positions from "./positions.json";
import risk from "./risk.json";
import shell from "./shell.json";
import status from "./status.json";
import toasts from "./toasts.json";
import tokens from "./tokens.json";
import trades from "./trades.json";

export default {
  alerts,
  auth,
  common,
  emergency,
  enums,
  market,
  nav,
  orders,
  overview,
  positions,
  risk,
  shell,
  status,
  toasts,
  tokens,
  trades,
};
