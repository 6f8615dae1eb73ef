import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "@/app/App";
import "@/shared/theme/base.css";

const RELOADED = "huikuan.reloaded";

// After an update of the server an open page may ask for parts that are gone: it loads the new page, once.
window.addEventListener("vite:preloadError", (event) => {
  if (sessionStorage.getItem(RELOADED) === window.location.href) return;
  sessionStorage.setItem(RELOADED, window.location.href);
  event.preventDefault();
  window.location.reload();
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
