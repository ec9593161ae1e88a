import { useQuery, useQueryClient } from "@tanstack/react-query";
import { SessionService, TokenService } from "@/gen/tradingd/v1/access_pb";
import { UserService } from "@/gen/tradingd/v1/users_pb";
import { useClient } from "@/lib/daemon";
import { useStoreId } from "@/lib/use-world";

export function useUsers() {
  const users = useClient(UserService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["access", storeId, "users"],
    queryFn: async () => (await users.listUsers({})).users,
  });
}

/** One's own; for admins those of everybody. */
export function useSessions() {
  const sessions = useClient(SessionService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["access", storeId, "sessions"],
    queryFn: async () => (await sessions.listSessions({})).sessions,
  });
}

/** One's own; for admins those of everybody. */
export function useTokens() {
  const tokens = useClient(TokenService);
  const storeId = useStoreId();
  return useQuery({
    queryKey: ["access", storeId, "tokens"],
    queryFn: async () => (await tokens.listTokens({})).tokens,
  });
}

/** After an action: the lists again, without waiting for its record to come by. */
export function useAccessChanged(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ["access"] });
}
