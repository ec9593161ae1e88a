import { Role } from "@/gen/tradingd/v1/auth_pb";
import { textOf } from "@/lib/i18n";

export const ROLES = [Role.VIEWER, Role.OPERATOR, Role.ADMIN];

export function roleText(role: Role): string {
  const name = Role[role] ?? String(role);
  return textOf(`access:role.${name}`) ?? name;
}
