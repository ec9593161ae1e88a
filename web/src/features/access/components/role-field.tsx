import { SelectField } from "@/components/select-field";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { t } from "@/lib/i18n";
import { ROLES, roleText } from "../wording";

interface RoleFieldProps {
  value: Role;
  /** The highest that may be given. */
  most?: Role;
  onChange(role: Role): void;
}

export function RoleField({ value, most = Role.ADMIN, onChange }: RoleFieldProps) {
  const roles = ROLES.filter((role) => role <= most);
  return (
    <div className="grid gap-1">
      <SelectField
        label={t("access:column.role")}
        options={roles.map((role) => ({ value: String(role), label: roleText(role) }))}
        value={String(value)}
        onChange={(next) => onChange(roles.find((role) => String(role) === next) ?? value)}
      />
      <p className="text-xs text-muted">{t(value === Role.ADMIN ? "access:may.ADMIN" : value === Role.OPERATOR ? "access:may.OPERATOR" : "access:may.VIEWER")}</p>
    </div>
  );
}
