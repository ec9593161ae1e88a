// Decimal text (money, prices, quantities, percentages) to text for people, without ever turning
// it into a float. `toChartNumber` is the one exception, for pixels only.

interface Decimal {
  negative: boolean;
  /** All digits without the point. */
  digits: bigint;
  /** How many of them are behind the point. */
  scale: number;
}

export interface DecimalFormat {
  /** Digits behind the point that are always shown. Default 0. */
  minPlaces?: number;
  /** Digits behind the point that are shown at most; rounds half away from zero. Default 8. */
  maxPlaces?: number;
  /** Put a plus before positive values. */
  sign?: boolean;
}

export const NO_VALUE = "–";
const MINUS = "\u2212";

function parse(text: string): Decimal | undefined {
  const match = /^([+-])?(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!match) return undefined;
  const fraction = match[3] ?? "";
  const digits = BigInt((match[2] ?? "0") + fraction);
  return { negative: match[1] === "-" && digits !== 0n, digits, scale: fraction.length };
}

function rescale(value: Decimal, places: number): Decimal {
  if (value.scale <= places) return value;
  const unit = 10n ** BigInt(value.scale - places);
  const digits = (value.digits + unit / 2n) / unit;
  return { negative: value.negative && digits !== 0n, digits, scale: places };
}

function grouped(integer: string): string {
  return integer.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Text for people; a dash when the value is absent, the text itself when it is no decimal. */
export function formatDecimal(text: string | undefined, format: DecimalFormat = {}): string {
  if (text === undefined || text === "") return NO_VALUE;
  const parsed = parse(text);
  if (!parsed) return text;
  const { minPlaces = 0, maxPlaces = Math.max(8, minPlaces), sign = false } = format;
  const value = rescale(parsed, maxPlaces);
  const all = value.digits.toString().padStart(value.scale + 1, "0");
  const integer = all.slice(0, all.length - value.scale);
  const fraction = all.slice(all.length - value.scale).replace(/0+$/, "").padEnd(minPlaces, "0");
  const prefix = value.negative ? MINUS : sign && value.digits !== 0n ? "+" : "";
  return prefix + grouped(integer) + (fraction === "" ? "" : `.${fraction}`);
}

/** Quote-asset money: two places. */
export function formatMoney(text: string | undefined, sign = false): string {
  return formatDecimal(text, { minPlaces: 2, maxPlaces: 2, sign });
}

/** Percent with its unit, two places. */
export function formatPercent(text: string | undefined, sign = false): string {
  const shown = formatDecimal(text, { minPlaces: 2, maxPlaces: 2, sign });
  return shown === NO_VALUE ? shown : `${shown} %`;
}

/** A price: more places the smaller it is, so that a tick stays visible. */
export function formatPrice(text: string | undefined): string {
  const parsed = text === undefined ? undefined : parse(text);
  if (!parsed) return formatDecimal(text);
  const whole = (parsed.digits / 10n ** BigInt(parsed.scale)).toString();
  const maxPlaces = whole === "0" ? 8 : whole.length >= 4 ? 2 : 4;
  return formatDecimal(text, { minPlaces: 2, maxPlaces });
}

/** A quantity of the base asset: what is there, eight places at most. */
export function formatQuantity(text: string | undefined): string {
  return formatDecimal(text, { maxPlaces: 8 });
}

export type Sign = -1 | 0 | 1;

export function signOf(text: string | undefined): Sign {
  const value = text === undefined ? undefined : parse(text);
  if (!value || value.digits === 0n) return 0;
  return value.negative ? -1 : 1;
}

function commonScale(left: Decimal, right: Decimal): [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  const lift = ({ negative, digits, scale: own }: Decimal) => {
    const lifted = digits * 10n ** BigInt(scale - own);
    return negative ? -lifted : lifted;
  };
  return [lift(left), lift(right), scale];
}

/** Which of two is greater, exactly; nothing when one of them is no decimal. */
export function compareDecimals(left: string, right: string): Sign | undefined {
  const [a, b] = [parse(left), parse(right)];
  if (!a || !b) return undefined;
  const [first, second] = commonScale(a, b);
  return first === second ? 0 : first < second ? -1 : 1;
}

/** How far `to` is from `from` in percent of `from`, to four places; for what is being typed. */
export function distancePct(from: string, to: string): string | undefined {
  const [a, b] = [parse(from), parse(to)];
  if (!a || !b || a.digits === 0n) return undefined;
  const [base, other] = commonScale(a, b);
  const shifted = ((other - base) * 1_000_000n) / base;
  const digits = (shifted < 0n ? -shifted : shifted).toString().padStart(5, "0");
  return `${shifted < 0n ? "-" : ""}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** For drawing only: a pixel can't show what a float loses. Never compute money with it. */
export function toChartNumber(text: string): number {
  return Number.parseFloat(text);
}

/** A statistic that was a float from the start (Sharpe, confidence), to `places`. */
export function formatFigure(value: number | undefined, places = 2): string {
  if (value === undefined || !Number.isFinite(value)) return NO_VALUE;
  return value.toFixed(places).replace("-", MINUS);
}
