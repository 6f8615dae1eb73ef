import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { FeedQualityPage } from "@/domains/nightly/quality/FeedQualityPage";
import { QualityPage } from "@/domains/nightly/quality/QualityPage";

/** The table of feeds, tied to its address. */
export function QualityRoute() {
  const search = useSearch({ from: "/data-quality" });
  const navigate = useNavigate();
  return (
    <RequirePermission permission="nights.read">
      <QualityPage
        search={search}
        onSearch={(change) => void navigate({ to: "/data-quality", search: change, replace: true })}
        onOpen={(feed) => void navigate({ to: "/data-quality/$feed", params: { feed } })}
        linkTo={(feed, children) => (
          <Link to="/data-quality/$feed" params={{ feed }}>
            {children}
          </Link>
        )}
      />
    </RequirePermission>
  );
}

/** The page of one feed, tied to its address. */
export function FeedQualityRoute() {
  const { feed } = useParams({ from: "/data-quality/$feed" });
  const search = useSearch({ from: "/data-quality/$feed" });
  const navigate = useNavigate();
  return (
    <RequirePermission permission="nights.read">
      <FeedQualityPage
        key={feed}
        feed={feed}
        search={search}
        onSearch={(change) => void navigate({ to: "/data-quality/$feed", params: { feed }, search: change, replace: true })}
        onBack={() => void navigate({ to: "/data-quality", search: { at: feed } })}
        back={(children) => (
          <Link to="/data-quality" search={{ at: feed }}>
            {children}
          </Link>
        )}
      />
    </RequirePermission>
  );
}
