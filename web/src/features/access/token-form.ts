// What is typed for a new token, and what is sent of it.
import { Role } from "@/gen/tradingd/v1/auth_pb";

export const LIVES = ["3600", "86400", "604800", "2592000", "7776000", "31622400"] as const;

export interface TokenForm {
  name: string;
  role: Role;
  /** Seconds; empty: as long as the token it is derived from. */
  life: string;
  /** Rows with commas between. */
  methods: string;
  symbols: string;
  sources: string;
}

export const NEW_TOKEN: TokenForm = {
  name: "",
  role: Role.VIEWER,
  life: "2592000",
  methods: "@read",
  symbols: "",
  sources: "",
};

/** Nothing said: the same as the token it is derived from. */
export const NEW_CHILD: TokenForm = { ...NEW_TOKEN, role: Role.UNSPECIFIED, life: "", methods: "" };

function rows(text: string): string[] {
  return text.split(",").map((row) => row.trim()).filter((row) => row !== "");
}

export function toRequest({ name, role, life, methods, symbols, sources }: TokenForm) {
  return {
    name: name.trim(),
    role,
    ...(life === "" ? {} : { expiresIn: { seconds: BigInt(life) } }),
    limits: { methods: rows(methods), symbols: rows(symbols), sources: rows(sources) },
  };
}
