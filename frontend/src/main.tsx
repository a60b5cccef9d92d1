import "./shared/language"; // first: uPlot reads the language while it is being loaded
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startTheme } from "./shared/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panes.css";
import "./styles/rows.css";
import "./styles/detail.css";
import "./styles/advice.css";
import "./styles/overlays.css";
import "./styles/forms.css";
import "./styles/pages.css";
import "./styles/suppressed.css";

startTheme();

const root = document.getElementById("root");
if (!root) throw new Error("#root is missing in index.html");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
