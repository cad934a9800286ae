/** Entry of the page's head script: `import("/static/shell/shell.js").then((shell) => shell.start())`. */
import { startPlace } from "./place.js";
import { loadStyle } from "./style.js";

/** Loads tokens and shared classes, opens the tab of the address and follows the tab strip from then on. */
export function start() {
  loadStyle(new URL("./tokens.css", import.meta.url));
  loadStyle(new URL("./shell.css", import.meta.url));
  startPlace();
}
