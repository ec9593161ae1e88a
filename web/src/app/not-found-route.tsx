import { Link } from "@tanstack/react-router";
import { t } from "@/lib/i18n";

export function NotFoundRoute() {
  return (
    <div className="py-16 text-center">
      <h1 className="text-xl font-semibold">{t("nav:not_found.title")}</h1>
      <p className="mt-2">
        <Link to="/" className="text-accent underline">
          {t("nav:not_found.go")}
        </Link>
      </p>
    </div>
  );
}
