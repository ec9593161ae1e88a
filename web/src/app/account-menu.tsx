import { Suspense, lazy, useState } from "react";
import { useSession } from "@/lib/session-hooks";
import { AccountButton } from "./account-button";

const AccountEntries = lazy(() => import("./account-entries"));

/** Who is logged in. The menu behind it comes with the first press. */
export function AccountMenu() {
  const state = useSession();
  const [wanted, setWanted] = useState(false);
  if (state.phase !== "signed-in") return null;
  const button = (
    <AccountButton
      user={state.user}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setWanted(true)}
    />
  );
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <AccountEntries />
    </Suspense>
  );
}
