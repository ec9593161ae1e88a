import { type Tab, Tabs } from "@/components/tabs";
import { KeyService } from "@/gen/tradingd/v1/access_pb";
import { UserService } from "@/gen/tradingd/v1/users_pb";
import { t } from "@/lib/i18n";
import { useAllowed } from "@/lib/permissions";
import { useAddress } from "@/lib/search";
import { KeysCard } from "./keys-card";
import { SessionsCard } from "./sessions-card";
import { TokensCard } from "./tokens-card";
import { UsersCard } from "./users-card";

export function AccessView() {
  const [{ tab }, put] = useAddress({ tab: "" });
  const seesUsers = useAllowed(UserService.method.listUsers);
  const rotates = useAllowed(KeyService.method.rotateKeys);
  const tabs: Tab[] = [
    { value: "sessions", label: t("access:tab.sessions"), content: <SessionsCard /> },
    { value: "tokens", label: t("access:tab.tokens"), content: <TokensCard /> },
  ];
  if (seesUsers) tabs.unshift({ value: "users", label: t("access:tab.users"), content: <UsersCard /> });
  if (rotates) tabs.push({ value: "keys", label: t("access:tab.keys"), content: <KeysCard /> });
  const shown = tabs.find((each) => each.value === tab) ?? tabs[0];
  return (
    <Tabs
      label={t("nav:page.access")}
      tabs={tabs}
      value={shown?.value ?? ""}
      onChange={(next) => put({ tab: next })}
    />
  );
}
