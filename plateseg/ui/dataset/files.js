/** Every file checked against its hash, stretch by stretch, as long as somebody looks. */
import { sendJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { count, plural } from "../shell/format.js";
import { place } from "../shell/place.js";
import { Part } from "./part.js";

export class Files extends Part {
  constructor() {
    super("files");
    this.go = h("button.ps-button.primary", { testid: "check-go", onclick: () => this.check() }, "Check all files");
    this.list = h("ul.pd-list", { testid: "faults" });
    this.element.append(
      h(
        "p.ps-muted",
        {},
        "Reads every photograph, thumbnail and mask back: is it there, is it of its hash, do size and values fit? " +
          "`python -m plateseg verify` does the same and exits 1 when something is wrong.",
      ),
      h("div.pd-head", {}, this.go),
      this.said,
      this.list,
    );
  }

  /** Nothing is looked at before somebody asks. */
  async load() {}

  async check() {
    this.go.disabled = true;
    this.list.replaceChildren();
    let [after, faults, ended] = [0, 0, false];
    while (!ended && place.isOpen("dataset")) {
      const part = await this.attempt(() => sendJson("POST", "/api/dataset/check", { after }));
      if (!part) break;
      ({ last: after, ended } = part);
      faults += part.faults.length;
      this.list.append(...part.faults.map(line));
      this.say(`Checked up to photograph ${count(after)}: ${plural(faults, "fault")} so far.`);
    }
    if (ended) this.say(faults ? `${plural(faults, "fault")}.` : "All files are there and as they were.", faults ? "bad" : "good");
    setText(this.go, "Check all files again");
    this.go.disabled = false;
    show(this.list, faults > 0);
  }
}

function line(fault) {
  const open = () => place.go({ tab: "annotate", item: fault.item_id });
  return h("li", {}, h("button.ps-chip", { onclick: open }, fault.name), ` ${fault.problem}`);
}
