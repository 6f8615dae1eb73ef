import { Link, useNavigate, useSearch } from "@tanstack/react-router";

import { RequirePermission } from "../frame/RequirePermission";
import { ProductsPage } from "@/domains/portfolio/products/ProductsPage";

/** The table of products, tied to its address. */
export function ProductsRoute() {
  const search = useSearch({ from: "/products" });
  const navigate = useNavigate();
  return (
    <RequirePermission permission="product.read">
      <ProductsPage
        search={search}
        onSearch={(change) => void navigate({ to: "/products", search: change, replace: true })}
        onOpen={(code) => void navigate({ to: "/products/$code", params: { code } })}
        linkTo={(code, children) => (
          <Link to="/products/$code" params={{ code }}>
            {children}
          </Link>
        )}
      />
    </RequirePermission>
  );
}
