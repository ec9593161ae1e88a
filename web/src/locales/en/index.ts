// All English texts by namespace; the shape that every other language must have.
import analytics from "./analytics.json";
import chart from "./chart.json";
import common from "./common.json";
import decisions from "./decisions.json";
import enums from "./enums.json";
import nav from "./nav.json";
import positions from "./positions.json";
import risk from "./risk.json";
import strategies from "./strategies.json";
import tokens from "./tokens.json";

export default { analytics, chart, common, decisions, enums, nav, positions, risk, strategies, tokens };
