import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/button";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { useDaemon } from "@/lib/daemon";
import { useSession } from "@/lib/session-hooks";

export function AccountMenu() {
  const { session } = useDaemon();
  const state = useSession();
  const logout = useMutation({ mutationFn: () => session.signOut() });
  if (state.phase !== "signed-in") return null;
  return (
    <div className="flex items-center gap-2 text-sm">
      <span className="max-w-32 truncate text-muted max-md:hidden">
        {state.user} · {(Role[state.role] ?? "").toLowerCase()}
      </span>
      <Button
        className="min-h-9 px-3"
        busy={logout.isPending && "Logging out…"}
        onClick={() => logout.mutate()}
      >
        Log out
      </Button>
    </div>
  );
}
