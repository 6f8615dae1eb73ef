import { Navigate } from "@tanstack/react-router";

import { useNavigation } from "./navigation";

/** The bare address leads to the overview, or else to the first page that the user's roles have. */
export function Home() {
  const pages = useNavigation().flatMap((group) => group.items);
  const first = pages.find((page) => page.to === "/overview") ?? pages[0];
  return first === undefined ? null : <Navigate to={first.to} search={{}} replace />;
}
