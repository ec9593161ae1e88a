// A list of any length that records can change: its pages are loaded once and stay, and the newest
// rows are asked for again when the topic says so, instead of everything that was ever scrolled to.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Topic } from "./record-topics";
import { useStoreId } from "./use-world";
import { withNewest } from "./with-newest";

const PAGE_SIZE = 500;
const HEAD_SIZE = 50;

export interface EndlessList<Page, Row> {
  topic: Topic;
  /** Filters and order. */
  key: readonly unknown[];
  load(page: { pageToken: string; pageSize: number }, signal: AbortSignal): Promise<Page>;
  /** These three must not change from one drawing to the next. */
  rowsOf(page: Page): Row[];
  nextOf(page: Page): string;
  idOf(row: Row): string;
  /** True when what is new stands first. */
  newestFirst: boolean;
}

export function useEndless<Page, Row>(list: EndlessList<Page, Row>) {
  const { topic, key, load, rowsOf, nextOf, idOf, newestFirst } = list;
  const storeId = useStoreId();
  // Before the store is known an answer would have to be thrown away again.
  const enabled = storeId !== "";
  const pages = useInfiniteQuery({
    queryKey: [`${topic}-pages`, storeId, ...key],
    enabled,
    queryFn: ({ pageParam, signal }) => load({ pageToken: pageParam, pageSize: PAGE_SIZE }, signal),
    initialPageParam: "",
    getNextPageParam: (page: Page) => nextOf(page) || undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    // Coming back later means a fresh look.
    gcTime: 0,
  });
  const head = useQuery({
    queryKey: [topic, storeId, ...key],
    enabled,
    queryFn: ({ signal }) => load({ pageToken: "", pageSize: HEAD_SIZE }, signal),
  });
  const { rows, missed } = useMemo(() => {
    const loaded = pages.data?.pages.flatMap(rowsOf) ?? [];
    const newest = head.data && !pages.isPlaceholderData ? rowsOf(head.data) : [];
    return withNewest(loaded, newest, { idOf, newestFirst });
  }, [pages.data, pages.isPlaceholderData, head.data, rowsOf, idOf, newestFirst]);
  const { fetchNextPage, refetch } = pages;
  const more = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  const reload = useCallback(() => void refetch(), [refetch]);
  return {
    /** For what shows states of loading. */
    query: pages,
    rows,
    /** The first page as it is now, with what it says of the whole list. */
    now: head.data ?? pages.data?.pages[0],
    /** True when rows are new that can't be put where they belong without loading again. */
    missed,
    hasMore: pages.hasNextPage,
    more,
    reload,
  };
}
