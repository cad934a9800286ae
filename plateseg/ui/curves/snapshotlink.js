/** From a run to the snapshot it trained on, in the Dataset tab. */
import { h, setText } from "../shell/dom.js";
import { place } from "../shell/place.js";

export class SnapshotLink {
  /** @param {string} testid */
  constructor(testid) {
    this.id = null;
    const open = () => place.go({ tab: "dataset", snapshot: this.id });
    this.element = h("button.rc-link.rc-snapshot", { testid, onclick: open, title: "Open the snapshot in Dataset: what it holds, what changed since" });
  }

  /** @param {import("./runstate.js").RunView} run @param {string} [before] words before the name */
  draw(run, before = "") {
    this.id = run.snapshot_id;
    setText(this.element, `${before}${run.snapshot || run.snapshot_id}`);
  }
}
