import { useQuery, useQueryClient } from "@tanstack/react-query";
import { SessionService, TokenService } from "@/gen/tradingd/v1/access_pb";
import { UserService } from "@/gen/tradingd/v1/users_pb";
import { useClient } from "@/lib/daemon";

export function useUsers() {
  const users = useClient(UserService);
  return useQuery({
    queryKey: ["access", "users"],
    queryFn: async () => (await users.listUsers({})).users,
  });
}

/** One's own; for admins those of everybody. */
export function useSessions() {
  const sessions = useClient(SessionService);
  return useQuery({
    queryKey: ["access", "sessions"],
    queryFn: async () => (await sessions.listSessions({})).sessions,
  });
}

/** One's own; for admins those of everybody. */
export function useTokens() {
  const tokens = useClient(TokenService);
  return useQuery({
    queryKey: ["access", "tokens"],
    queryFn: async () => (await tokens.listTokens({})).tokens,
  });
}

/** After an action: the lists again, without waiting for its record to come by. */
export function useAccessChanged(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ["access"] });
}
