/** The question before photographs go for good, and their going: one dialog for the gallery and for Annotate. */
import { Drafts } from "../editor/drafts.js";
import { sendJson } from "../shell/api.js";
import { tellDeleted } from "../shell/deleted.js";
import { openDialog } from "../shell/dialog.js";
import { h, setText, show } from "../shell/dom.js";
import { count } from "../shell/format.js";
import { linesOf, portions, titleOf, toldOf } from "./deleting.js";

/** Photographs in one request, which is one transaction: others can save in between. */
const AT_ONCE = 50;

/**
 * @param {HTMLElement} root where the dialog lives
 * @param {number[]} ids
 * @param {{also?: string[]}} [options] also: sentences on what else goes
 * @returns {Promise<{outcome: import("./deleting.js").Outcome, told: string}|null>} null: the person kept them
 */
export function askDeletion(root, ids, { also = [] } = {}) {
  return new Promise((resolve) => void new DeletionDialog(root, ids, resolve).look(also));
}

class DeletionDialog {
  constructor(root, ids, onEnd) {
    this.ids = ids;
    this.onEnd = onEnd;
    this.busy = false;
    this.stopped = false;
    this.lines = h("ul", { testid: "deletion-lines" });
    this.said = h("p", { testid: "deletion-said", role: "status" }, "Looking what would go…");
    this.fill = h("i");
    this.bar = h("div.ps-bar", { role: "progressbar", "aria-label": "Deleted", hidden: true }, this.fill);
    this.yes = h("button.ps-button.danger", { testid: "deletion-confirm", disabled: true, onclick: () => this.remove() }, "Delete for good");
    this.no = h("button.ps-button", { testid: "deletion-cancel", onclick: () => this.cancel() }, "Cancel");
    this.dialog = openDialog(root, {
      title: titleOf(ids.length),
      testid: "deletion",
      body: [this.lines, this.said, this.bar, h("div.ps-dialog-foot", {}, this.no, this.yes)],
      mayClose: () => !this.busy,
      onClose: () => this.closed(),
    });
    // Enter in haste keeps the photographs.
    this.no.focus();
  }

  async look(also) {
    try {
      this.foresight = await sendJson("POST", "/api/items/deletion/foresight", { items: this.ids });
      const lines = [...linesOf(this.foresight)];
      lines.splice(-1, 0, ...also);
      this.lines.replaceChildren(...lines.map((line) => h("li", {}, line)));
      setText(this.said, "");
      this.yes.disabled = false;
    } catch (error) {
      setText(this.said, error.message);
    }
  }

  async remove() {
    this.busy = true;
    show(this.yes, false);
    show(this.bar, true);
    setText(this.no, "Stop");
    this.no.focus();
    const outcome = { deleted: [], kept: [], stillHeld: 0, failure: "" };
    for (const seen of portions(this.foresight.seen, AT_ONCE)) {
      if (this.stopped) break;
      try {
        this.add(outcome, await sendJson("POST", "/api/items/deletion", { seen }));
      } catch (error) {
        outcome.failure = error.message;
        break;
      }
    }
    const told = toldOf(outcome, this.foresight);
    const gone = new Set(outcome.deleted);
    if (gone.size) await forget(gone);
    this.busy = false;
    this.dialog.close();
    this.onEnd({ outcome, told });
    if (gone.size) tellDeleted({ gone, told });
  }

  add(outcome, { ids, kept, held }) {
    outcome.deleted.push(...ids);
    outcome.kept.push(...kept);
    outcome.stillHeld += held;
    const { length } = this.foresight.seen;
    const done = outcome.deleted.length + outcome.kept.length;
    setText(this.said, `${count(done)} of ${count(length)} deleted`);
    this.fill.style.width = `${(done / length) * 100}%`;
    this.bar.setAttribute("aria-valuenow", String(Math.round((done / length) * 100)));
  }

  cancel() {
    if (this.busy) this.stopped = true;
    else this.dialog.close();
  }

  /** Closed by Esc while photographs go, which a browser allows the second time: the rest stay. */
  closed() {
    if (this.busy) this.stopped = true;
    else this.onEnd(null);
  }
}

/** No stroke on them stays in this browser, whether Annotate, which keeps these, was opened or not. */
async function forget(gone) {
  try {
    const drafts = await Drafts.open();
    await drafts.forget(gone);
  } catch (error) {
    console.error(error);
  }
}
