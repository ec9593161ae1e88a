// Shows the page only to a logged-in user. The address never changes, so that whoever logs in
// again is where they were. When the daemon can't be reached nothing opens.
import { type ReactNode, useEffect } from "react";
import { FullPage } from "@/components/full-page";
import { Skeleton } from "@/components/skeleton";
import { useDaemon } from "@/lib/daemon";
import { t } from "@/lib/i18n";
import { useSession } from "@/lib/session-hooks";
import { setupSecret } from "@/lib/setup-link";
import { useStore } from "@/lib/store";
import { LoginPage } from "./login-page";
import { SetupHintPage } from "./setup-hint-page";
import { SetupPage } from "./setup-page";
import { UnreachablePage } from "./unreachable-page";

export function AuthGate({ children }: { children: ReactNode }) {
  const { session } = useDaemon();
  const state = useSession();
  const secret = useStore(setupSecret);
  useEffect(() => void session.start(), [session]);

  switch (state.phase) {
    case "starting":
      return (
        <FullPage title={t("auth:connecting")}>
          <Skeleton />
        </FullPage>
      );
    case "unreachable":
      return <UnreachablePage message={state.message} />;
    case "setup-needed":
      return secret === "" ? (
        <SetupHintPage tokenFile={state.tokenFile} />
      ) : (
        <SetupPage secret={secret} />
      );
    case "signed-out":
      return <LoginPage notice={state.notice} user={state.user} />;
    case "signed-in":
      return children;
  }
}
