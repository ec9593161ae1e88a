import { SignedText } from "@/components/signed-text";
import { Stat } from "@/components/stat";
import { NO_VALUE } from "@/lib/decimal";
import type { Figure } from "../statistics";

export function FigureList({ figures }: { figures: Figure[] }) {
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-5">
      {figures.map(({ key, label, value, sign, needs }) => (
        <Stat key={key} label={label}>
          {value === undefined ? (
            <>
              {NO_VALUE} <span className="text-xs font-normal text-muted">{needs}</span>
            </>
          ) : (
            <SignedText value={sign}>{value}</SignedText>
          )}
        </Stat>
      ))}
    </dl>
  );
}
