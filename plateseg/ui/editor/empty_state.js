/** What Annotate shows while there is no photograph. */
import { h } from "../shell/dom.js";

/** @param {(command: string) => void} run */
export function emptyState(run) {
  return h(
    "div.pe-empty",
    { testid: "empty" },
    h("p", {}, "No photographs yet. Upload some on the Upload tab."),
    h("button.ps-button.primary", { testid: "go-upload", onclick: () => run("go-upload") }, "Go to Upload"),
  );
}
