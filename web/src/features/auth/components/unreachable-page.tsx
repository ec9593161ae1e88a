import { Button } from "@/components/button";
import { FullPage } from "@/components/full-page";
import { useDaemon } from "@/lib/daemon";

export function UnreachablePage({ message }: { message: string }) {
  const { session } = useDaemon();
  return (
    <FullPage title="Cannot reach the daemon">
      <div role="alert" className="grid gap-3 text-sm">
        <p>{message}</p>
        <p className="text-muted">
          This page tries again every few seconds. Trading does not depend on it: the daemon goes
          on without a page, and <code>botctl stop</code> works on its machine.
        </p>
        <Button onClick={() => void session.start()}>Try now</Button>
      </div>
    </FullPage>
  );
}
