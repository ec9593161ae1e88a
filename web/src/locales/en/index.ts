// All English texts by namespace; the shape that every other language must have.
import common from "./common.json";
import enums from "./enums.json";
import nav from "./nav.json";
import orders from "./orders.json";
import positions from "./positions.json";
import risk from "./risk.json";
import tokens from "./tokens.json";
import trades from "./trades.json";

export default { common, enums, nav, orders, positions, risk, tokens, trades };
