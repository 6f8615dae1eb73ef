import { Link, useNavigate, useParams } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { ProductPage } from "@/domains/portfolio/products/ProductPage";

/** The page of one product. */
export function ProductRoute() {
  const { code } = useParams({ from: "/products/$code" });
  const navigate = useNavigate();
  return (
    <RequirePermission permission="product.read">
      <ProductPage
        key={code}
        code={code}
        onOpen={(next) => void navigate({ to: "/products/$code", params: { code: next }, replace: true })}
        onBack={() => void navigate({ to: "/products", search: { at: code } })}
        back={(children) => (
          <Link to="/products" search={{ at: code }}>
            {children}
          </Link>
        )}
      />
    </RequirePermission>
  );
}
