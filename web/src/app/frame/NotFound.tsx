import { Link } from "@tanstack/react-router";

import { useFrameText } from "../text";
import { EmptyState } from "@/shared/ui/states";

/** An address that no page has. */
export function NotFound() {
  const text = useFrameText();
  return (
    <EmptyState
      title={text.notFoundTitle}
      action={
        <Link to="/overview" search={{}}>
          {text.overview}
        </Link>
      }
    >
      {text.notFound}
    </EmptyState>
  );
}
