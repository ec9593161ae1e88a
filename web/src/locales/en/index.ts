// All English texts by namespace; the shape that every other language must have.
import access from "./access.json";
import audit from "./audit.json";
import common from "./common.json";
import enums from "./enums.json";
import logs from "./logs.json";
import nav from "./nav.json";
import positions from "./positions.json";
import risk from "./risk.json";
import settings from "./settings.json";
import tokens from "./tokens.json";

export default { access, audit, common, enums, logs, nav, positions, risk, settings, tokens };
