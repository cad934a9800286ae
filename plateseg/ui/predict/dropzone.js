/** Where photographs come in: dropped anywhere on the tab, pasted, or chosen. */
import { h, setText } from "../shell/dom.js";
import { place } from "../shell/place.js";
import { chosenFiles, droppedFiles, holdsFiles } from "../upload/walk.js";

/**
 * @param {import("../upload/walk.js").Chosen[]} chosen
 * @returns {{name: string, file: File|null}[]} null for one that the browser could not open: predicting it says so
 */
export function named(chosen) {
  return chosen.map(({ file, path }) => ({ name: file?.name || path.split("/").filter(Boolean).at(-1) || "pasted.png", file }));
}

export class DropZone {
  /**
   * @param {HTMLElement} area takes drops as a whole
   * @param {{onFiles: (files: {name: string, file: File|null}[]) => void}} handlers
   */
  constructor(area, { onFiles }) {
    this.onFiles = onFiles;
    this.input = h("input", { type: "file", accept: "image/*", multiple: true, hidden: true, testid: "predict-input" });
    this.input.addEventListener("change", () => this.chosen());
    this.button = h("button.ps-button.primary", { testid: "predict-another", onclick: () => this.input.click() }, "Choose a photograph");
    this.hint = h("p.ps-muted", {});
    const title = h("p.pr-title", {}, "Find the plates of a photograph");
    this.element = h("div.pr-drop", { testid: "predict-drop" }, title, this.input, this.button, this.hint);
    this.element.addEventListener("click", (event) => [this.button, this.input].includes(event.target) || this.input.click());
    this.listen(area);
    this.setCompact(false);
  }

  /** @param {boolean} compact one line above the result instead of the whole tab */
  setCompact(compact) {
    this.element.classList.toggle("compact", compact);
    this.button.classList.toggle("primary", !compact);
    setText(this.button, compact ? "Predict another" : "Choose a photograph");
    setText(this.hint, compact ? "or drop or paste one here" : "or drop it here, or paste it from the clipboard. Several at once are taken one after another.");
  }

  chosen() {
    this.take(chosenFiles(this.input.files));
    // So that choosing the same file once more is a change again.
    this.input.value = "";
  }

  /** @param {import("../upload/walk.js").Chosen[]} chosen */
  take(chosen) {
    if (chosen.length) this.onFiles(named(chosen));
  }

  listen(area) {
    let depth = 0;
    const light = (change) => {
      depth = Math.max(0, depth + change);
      area.classList.toggle("dragging", depth > 0);
    };
    area.addEventListener("dragenter", (event) => holdsFiles(event) && light(1));
    area.addEventListener("dragleave", (event) => holdsFiles(event) && light(-1));
    area.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
    area.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      light(-depth);
      void droppedFiles(event.dataTransfer).then((chosen) => this.take(chosen));
    });
    // A drop that misses the tab would make the browser leave the page, and every prediction on it.
    for (const name of ["dragover", "drop"]) {
      window.addEventListener(name, (event) => place.isOpen("predict") && holdsFiles(event) && event.preventDefault());
    }
    document.addEventListener("paste", (event) => this.pasted(event));
  }

  pasted(event) {
    if (!place.isOpen("predict") || event.target.closest?.("input[type=text], textarea, [contenteditable]")) return;
    const files = chosenFiles(event.clipboardData?.files ?? []);
    if (files.length) event.preventDefault();
    this.take(files);
  }
}
