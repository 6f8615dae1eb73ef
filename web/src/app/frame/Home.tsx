import { Navigate } from "@tanstack/react-router";

import { useNavigation } from "./navigation";

/** The bare address leads to the first page that the user's roles have; the frame says so when there is none. */
export function Home() {
  const first = useNavigation()[0]?.items[0];
  return first === undefined ? null : <Navigate to={first.to} search={{}} replace />;
}
