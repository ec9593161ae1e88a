import { Link } from "@tanstack/react-router";

/** From a card to the page that has all of it. */
export function CardLink({ to, children }: { to: string; children: string }) {
  return (
    <Link to={to} className="text-accent hover:underline max-md:inline-flex max-md:min-h-9 max-md:items-center max-md:gap-1">
      {children} <span aria-hidden="true">→</span>
    </Link>
  );
}
