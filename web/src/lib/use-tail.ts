import { useEffect, useMemo } from "react";
import { useStore } from "./store";
import { Tail, type TailOptions, type TailState } from "./tail";

/** Follows a stream while the component is shown; another `name` begins another one. */
export function useTail<Item>(name: string, options: TailOptions<Item>): TailState<Item> {
  // The name says everything that the options depend on.
  // oxlint-disable-next-line react/exhaustive-deps
  const tail = useMemo(() => new Tail(options), [name]);
  useEffect(() => {
    tail.start();
    return () => tail.stop();
  }, [tail]);
  return useStore(tail.state);
}
