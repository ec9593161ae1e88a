// The pages, in groups: a column beside the page, on a phone a drawer.
import { Link } from "@tanstack/react-router";
import { t } from "@/lib/i18n";
import { useSession } from "@/lib/session-hooks";
import { PAGES, type PageGroup } from "./pages";

const GROUPS: PageGroup[] = ["trading", "analysis", "operation"];

export function Navigation({ onChosen }: { onChosen?(): void }) {
  const session = useSession();
  const role = session.phase === "signed-in" ? session.role : 0;
  return (
    <nav aria-label={t("nav:main")} className="grid gap-4 text-sm">
      {GROUPS.map((group) => {
        const pages = PAGES.filter((page) => page.group === group && role >= (page.least ?? 0));
        if (pages.length === 0) return null;
        return (
          <div key={group}>
            <p className="px-3 pb-1 text-xs font-medium text-muted">{t(`nav:group.${group}`)}</p>
            <ul>
              {pages.map(({ name, path }) => (
                <li key={name}>
                  <Link
                    to={path}
                    activeOptions={{ exact: path === "/", includeSearch: false }}
                    activeProps={{ className: "bg-raised font-semibold text-ink" }}
                    inactiveProps={{ className: "text-muted hover:bg-raised/60 hover:text-ink" }}
                    className="block rounded-lg px-3 py-1.5"
                    onClick={() => onChosen?.()}
                  >
                    {t(`nav:page.${name}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
