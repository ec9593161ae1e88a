import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { PlanSchema } from "@/gen/tradingd/v1/plans_pb";
import type { Fields } from "./fixtures";

let made = 0;

/** A plan that names what would happen; a test names only what it is about. */
export function planOf(over: Fields<typeof PlanSchema>): Fields<typeof PlanSchema> {
  made += 1;
  return {
    planId: `plan-${made}`,
    cost: "0.5",
    exposureBefore: "1857.25",
    exposureAfter: "0",
    exposureAfterPct: "0",
    expiresAt: timestampFromMs(Date.now() + 300_000),
    ...over,
  };
}
