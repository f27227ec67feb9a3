/** The theme: that of the system unless the button says another, kept for this browser. */

import { icon, replace } from "./dom.js";

const KEY = "millrace.theme";
const THEMES = {
  system: { name: "as the system", path: "M4 5h16v11H4zM9 20h6M12 16v4" },
  light: {
    name: "light",
    path: "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0 -8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  },
  dark: { name: "dark", path: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z" },
};

/** Shows the theme in force on its button, and puts it in force. */
export function themeButton(button) {
  const theme = current();
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
  const label = `Theme: ${THEMES[theme].name}`;
  button.setAttribute("aria-label", label);
  button.title = label;
  replace(button, icon(THEMES[theme].path));
}

/** Changes to the next theme. */
export function switchTheme(button) {
  const names = Object.keys(THEMES);
  localStorage.setItem(KEY, names[(names.indexOf(current()) + 1) % names.length]);
  themeButton(button);
}

function current() {
  const kept = localStorage.getItem(KEY);
  return kept in THEMES ? kept : "system";
}
