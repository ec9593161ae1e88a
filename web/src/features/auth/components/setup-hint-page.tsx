import { Button } from "@/components/button";
import { FullPage } from "@/components/full-page";

/** Setup is needed and this page has no secret: says where to get one. */
export function SetupHintPage({ tokenFile }: { tokenFile: string }) {
  return (
    <FullPage title="No user exists yet">
      <div className="grid gap-3 text-sm">
        <p>The first admin is made with a one-time secret. Choose one way:</p>
        <ul className="grid list-disc gap-2 pl-5">
          <li>
            Open the link with <code className="text-accent">#setup=…</code> that{" "}
            <code>tradingd</code> printed when it started.
          </li>
          <li>
            Run <code className="rounded bg-raised px-1.5 py-0.5 text-accent">botctl setup</code>{" "}
            on the machine of the daemon, then log in here.
          </li>
        </ul>
        {tokenFile !== "" && (
          <p className="text-muted">
            The secret is in <code>{tokenFile}</code>.
          </p>
        )}
        <Button onClick={() => window.location.reload()}>Check again</Button>
      </div>
    </FullPage>
  );
}
