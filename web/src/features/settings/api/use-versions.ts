import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { SettingsService } from "@/gen/tradingd/v1/settings_pb";
import { useClient } from "@/lib/daemon";

const PAGE_SIZE = 30;

/** Versions, newest first; of one key, or of all when it is empty. */
export function useVersions(key: string) {
  const settings = useClient(SettingsService);
  return useInfiniteQuery({
    queryKey: ["settings", "versions", key],
    queryFn: ({ pageParam }) =>
      settings.listSettingVersions({ key, pageSize: PAGE_SIZE, pageToken: pageParam }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextPageToken || undefined,
  });
}

/** `from` 0 means the defaults, `to` 0 what holds now. */
export function useDifference(from: bigint, to: bigint) {
  const settings = useClient(SettingsService);
  return useQuery({
    queryKey: ["settings", "diff", String(from), String(to)],
    queryFn: () => settings.diffSettings({ fromVersion: from, toVersion: to }),
  });
}
