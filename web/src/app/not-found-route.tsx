import { Link } from "@tanstack/react-router";

export function NotFoundRoute() {
  return (
    <div className="py-16 text-center">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="mt-2">
        <Link to="/" className="text-accent underline">
          Go to the overview
        </Link>
      </p>
    </div>
  );
}
