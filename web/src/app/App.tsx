import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";

import { LanguageButton, ThemeButton } from "./frame/Preferences";
import { queryClient } from "./queryClient";
import { makeRouter } from "./router";
import { useFrameText } from "./text";
import { LoginPage } from "@/domains/kernel/login/LoginPage";
import { useSession } from "@/domains/kernel/session";
import { UserContext } from "@/shared/api/session";
import { rememberLanguage, storedLanguage, type Language } from "@/shared/i18n/language";
import { LanguageContext } from "@/shared/i18n/text";
import { ThemeProvider } from "@/shared/theme/theme";
import { ErrorState } from "@/shared/ui/states";

/** The whole product: preferences, then the session, then the pages. */
export function App() {
  const [language, setLanguage] = useState<Language>(storedLanguage);
  useEffect(() => rememberLanguage(language), [language]);
  const choice = useMemo(() => ({ language, setLanguage }), [language]);
  return (
    <LanguageContext value={choice}>
      <ThemeProvider>
        <QueryClientProvider client={queryClient}>
          <SignedInGate />
        </QueryClientProvider>
      </ThemeProvider>
    </LanguageContext>
  );
}

/** Shows log-in in place of the pages until somebody is signed in; the address is never touched. */
function SignedInGate() {
  const session = useSession();
  const user = session.data?.user ?? null;
  const signedIn = session.data?.state === "signed_in" && user !== null;
  if (session.isPending) return null;
  if (session.data === undefined) return <SessionFailed error={session.error} retry={() => void session.refetch()} />;
  if (!signedIn) {
    return (
      <LoginPage
        state={session.data.state}
        expired={session.data.expired === true}
        corner={
          <>
            <LanguageButton />
            <ThemeButton />
          </>
        }
      />
    );
  }
  return (
    <UserContext value={user}>
      <Pages />
    </UserContext>
  );
}

function Pages() {
  const [router] = useState(makeRouter);
  return <RouterProvider router={router} />;
}

function SessionFailed({ error, retry }: { error: unknown; retry: () => void }) {
  const text = useFrameText();
  return (
    <main style={{ paddingTop: "20vh" }}>
      <title>{text.sessionFailed}</title>
      <ErrorState error={error} onRetry={retry} />
    </main>
  );
}
