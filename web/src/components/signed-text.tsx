import { signOf } from "@/lib/decimal";

interface SignedTextProps {
  /** The decimal text that decides the colour. */
  value: string | undefined;
  /** What is shown; carries its own sign, so that colour is never the only sign of a loss. */
  children: string;
}

export function SignedText({ value, children }: SignedTextProps) {
  const sign = signOf(value);
  const look = sign > 0 ? "text-up" : sign < 0 ? "text-down" : "";
  return <span className={`figure whitespace-nowrap ${look}`}>{children}</span>;
}
