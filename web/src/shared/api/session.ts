import { createContext, useContext } from "react";

import type { SignedInUser } from "./shapes";
import type { Currency } from "@/shared/format/money";

/** The signed-in user; provided by the frame, which renders no page without one. */
export const UserContext = createContext<SignedInUser | null>(null);

/** The signed-in user. Raises when used outside the frame. */
export function useUser(): SignedInUser {
  const user = useContext(UserContext);
  if (user === null) throw new Error("useUser is used outside the signed-in frame");
  return user;
}

/** Whether the user's roles allow it; the server decides again on every call. */
export function useMay(permission: string): boolean {
  return useUser().permissions.includes(permission);
}

/** The currency of the user's bank. */
export function useCurrency(): Currency {
  const { bank } = useUser();
  return { code: bank.currency, minorDigits: bank.minor_digits };
}
