// A link to another page with what it should show, in its address.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

interface PageLinkProps {
  to: string;
  search?: Record<string, string>;
  /** For links whose text alone does not say where they lead. */
  label?: string;
  className?: string;
  children: ReactNode;
}

export function PageLink({ to, search = {}, label, className = "", children }: PageLinkProps) {
  return (
    <Link
      to={to}
      search={search as never}
      aria-label={label}
      className={`rounded-sm text-accent underline-offset-2 hover:underline ${className}`}
    >
      {children}
    </Link>
  );
}
