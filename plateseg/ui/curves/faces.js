/** Curves or board: two faces of the Runs tab, and the switch between them. */
import { h } from "../shell/dom.js";
import { recall, remember } from "../shell/memory.js";

const REMEMBERED = "plateseg.runs.face";

export class Faces {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.face = recall(REMEMBERED) === "board" ? "board" : "curves";
    const chip = (face, label) => h("button.ps-chip", { testid: `face-${face}`, onclick: () => this.choose(face) }, label);
    this.chips = new Map([["curves", chip("curves", "Curves")], ["board", chip("board", "Board")]]);
    this.onChange = onChange;
    this.element = h("div.rc-faces", { role: "group", "aria-label": "What to show of the runs" }, ...this.chips.values());
    this.mark();
  }

  choose(face) {
    this.face = face;
    remember(REMEMBERED, face);
    this.mark();
    this.onChange();
  }

  mark() {
    for (const [face, chip] of this.chips) chip.setAttribute("aria-pressed", String(face === this.face));
  }
}
