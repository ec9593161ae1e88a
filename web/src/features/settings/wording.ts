// Parts of a setting in the user's words.
import { type Setting, SettingOrigin } from "@/gen/tradingd/v1/settings_pb";
import { t, textOf } from "@/lib/i18n";
import type { ValueType } from "./value-type";

const ORIGINS: Record<SettingOrigin, "default" | "file" | "environment" | "flag" | "store"> = {
  [SettingOrigin.UNSPECIFIED]: "default",
  [SettingOrigin.DEFAULT]: "default",
  [SettingOrigin.FILE]: "file",
  [SettingOrigin.ENVIRONMENT]: "environment",
  [SettingOrigin.FLAG]: "flag",
  [SettingOrigin.STORE]: "store",
};

export function originText(origin: SettingOrigin): string {
  return t(`settings:origin.${ORIGINS[origin]}`);
}

/** "times the usual ATR" → its text; the daemon's words when there is none. */
export function unitText(unit: string): string {
  return textOf(`settings:unit.${unit.toLowerCase().replace(/[^a-z]+/g, "_")}`) ?? unit;
}

export function rangeText(type: ValueType, range: string): string {
  if (type.kind !== "number") return range;
  const { min, max, whole, above } = type;
  if (whole) return t("settings:range.whole", { min, max });
  return t(above ? "settings:range.above" : "settings:range.between", { min, max });
}

/** A value as it is read: switches in words, nothing as "empty". */
export function valueText(type: ValueType, value: string): string {
  if (type.kind === "switch") return t(value === "true" ? "settings:on" : "settings:off");
  return value === "" ? t("settings:empty") : value.replaceAll(",", ", ");
}

export function shownValue(setting: Setting, type: ValueType): string {
  if (setting.secret) return t(setting.secretSet ? "settings:secret.set" : "settings:secret.unset");
  return valueText(type, setting.value);
}
