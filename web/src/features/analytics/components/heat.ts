// How strongly a cell is coloured. Colour only helps the eye: the figure stands in the cell.

/** A background for a share from -1 to 1; faint enough for text in both themes. */
export function heat(share: number): { background: string } {
  const strength = Math.round(Math.min(1, Math.abs(share)) * 38 + (share === 0 ? 0 : 6));
  const colour = share < 0 ? "var(--down)" : "var(--up)";
  return { background: `color-mix(in srgb, ${colour} ${strength}%, transparent)` };
}
