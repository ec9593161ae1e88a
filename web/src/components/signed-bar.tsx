interface SignedBarProps {
  /** -1 (the longest loss) to 1 (the longest gain). */
  share: number;
}

/** Left of the middle for a loss, right for a gain. The figure itself stands beside it. */
export function SignedBar({ share }: SignedBarProps) {
  const length = `${Math.min(1, Math.abs(share)) * 50}%`;
  const side = share < 0 ? { right: "50%" } : { left: "50%" };
  return (
    <span aria-hidden="true" className="relative block h-3 w-full min-w-24 rounded-sm bg-raised/60">
      <span className="absolute inset-y-0 left-1/2 w-px bg-line" />
      <span
        className={`absolute inset-y-0 rounded-sm ${share < 0 ? "bg-down" : "bg-up"}`}
        style={{ width: length, ...side }}
      />
    </span>
  );
}
