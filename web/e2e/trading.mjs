// What a page's journey needs of the daemon's world, done through the protocol: a position that no
// strategy sells under its hands, and trading that goes on afterwards.
const REASON = "end-to-end check";
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let made = 0;
const requestId = () => `e2e-${process.pid}-${Date.now()}-${(made += 1)}`;

/** Waits for an open position, then does what keeps it; gives its symbol. */
export async function whenHolding(ask, keep, withinMs = 180_000) {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    const { positions } = await ask("PositionService").listPositions({});
    if (positions.length > 0) {
      await keep();
      const kept = await ask("PositionService").listPositions({});
      const still = kept.positions.find((each) => each.stopPrice !== "");
      if (still) return still.symbol;
      await resumeTrading(ask);
    }
    await pause(200);
  }
  throw new Error("no position was opened");
}

/** Protection stays and may fire; strategies neither buy nor sell. */
export async function haltTrading(ask) {
  await ask("EmergencyService").stop({ reason: REASON, requestId: requestId() });
}

export async function resumeTrading(ask) {
  const { state } = await ask("EmergencyService").getEmergencyState({});
  await ask("EmergencyService").resume({ epoch: state.epoch, reason: REASON, requestId: requestId() });
}

/** Settings while a journey needs them; `unset` puts keys back. */
export async function change(ask, values, unset = []) {
  const assignments = Object.entries(values).map(([key, value]) => ({ key, value }));
  await ask("SettingsService").updateSettings({ assignments, unset, reason: REASON, requestId: requestId() });
}
