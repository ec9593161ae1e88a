// Whether a box is narrower than what is in it: only then must the keyboard be able to scroll it.
import { type RefObject, useEffect, useState } from "react";

export function useOverflow(box: RefObject<HTMLElement | null>): boolean {
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const shown = box.current;
    if (!shown) return undefined;
    const look = () => setOverflows(shown.scrollWidth > shown.clientWidth);
    const watch = new ResizeObserver(look);
    watch.observe(shown);
    for (const child of shown.children) watch.observe(child);
    return () => watch.disconnect();
  }, [box]);
  return overflows;
}
