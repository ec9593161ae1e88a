// What the logged-in user may call, read from the same options in the protocol that the daemon
// enforces. A page shows no control whose call would be refused.
import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { Permission, permission } from "@/gen/tradingd/v1/options_pb";
import { useSession } from "./session-hooks";

const NEEDED: Record<Permission, Role | undefined> = {
  // A method without a permission is one that nobody may call.
  [Permission.UNSPECIFIED]: undefined,
  [Permission.PUBLIC]: Role.UNSPECIFIED,
  [Permission.VIEWER]: Role.VIEWER,
  [Permission.OPERATOR]: Role.OPERATOR,
  [Permission.ADMIN]: Role.ADMIN,
};

export function mayCall(role: Role, method: DescMethod): boolean {
  const needed = NEEDED[getOption(method, permission)];
  return needed !== undefined && role >= needed;
}

/** E.g. `useAllowed(OrderService.method.cancelOrder)`. */
export function useAllowed(method: DescMethod): boolean {
  const session = useSession();
  return session.phase === "signed-in" && mayCall(session.role, method);
}
