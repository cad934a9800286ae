/** What an import is doing: two bars, one sentence, cancel or try again. */
import { h, setText, show } from "../shell/dom.js";
import { bytes, count, plural } from "../shell/format.js";

/** @typedef {import("./importer.js").ImportState} ImportState */

export class Progress {
  /** @param {{onCancel: () => void, onRetry: () => void}} handlers */
  constructor({ onCancel, onRetry }) {
    this.sent = bar("Sent", "progress-sent");
    this.imported = bar("Imported", "progress-imported");
    this.sentence = h("p.up-sentence", { testid: "import-sentence", role: "status" });
    this.cancel = h("button.ps-button.small", { testid: "import-cancel", onclick: onCancel }, "Cancel");
    this.retry = h("button.ps-button.primary.small", { testid: "import-retry", onclick: onRetry }, "Try again");
    const row = h("div.up-progress-row", {}, this.sentence, this.cancel, this.retry);
    this.element = h("div.ps-notice.up-progress", { testid: "import-progress" }, row, this.sent.element, this.imported.element);
    this.element.hidden = true;
  }

  /** @param {ImportState} state */
  draw(state) {
    const trouble = state.phase === "failed" || state.phase === "cancelled";
    const working = state.phase === "sending" || state.phase === "importing";
    show(this.element, trouble || working || state.phase === "looking");
    this.element.classList.toggle("bad", state.phase === "failed");
    this.element.classList.toggle("warn", state.away || state.phase === "cancelled");
    setText(this.sentence, sentenceOf(state));
    show(this.cancel, state.phase === "sending" || (state.phase === "importing" && state.files > 0));
    this.cancel.disabled = state.cancelling;
    setText(this.cancel, state.cancelling ? "Cancelling…" : "Cancel");
    show(this.retry, state.phase === "failed" && state.canRetry);
    show(this.sent.element, state.files > 0 && (working || state.canRetry));
    show(this.imported.element, working);
    this.sent.set(state.bytes > 0 ? state.bytesSent / state.bytes : share(state.filesSent, state.files));
    this.imported.set(share(state.done, state.total));
  }
}

/** @param {ImportState} state @returns {string} */
export function sentenceOf(state) {
  if (state.phase === "failed") return state.error;
  if (state.phase === "cancelled") return "Cancelled: nothing of this upload was imported.";
  if (state.away) return "Server is not answering; retrying…";
  if (state.phase === "sending") {
    const size = `${bytes(Math.min(state.bytesSent, state.bytes))} of ${bytes(state.bytes)}`;
    return `Sending ${count(state.filesSent)} of ${plural(state.files, "file")} · ${size}`;
  }
  if (state.phase === "looking") return `Looking through what was dropped: ${plural(state.files, "file")} so far`;
  // A video's frames are counted before anybody knows how many there will be.
  if (state.total === 0) return state.current ? `Reading ${state.current}: ${plural(state.done, "frame")} so far` : "Importing…";
  const current = state.current ? `: ${state.current}` : "";
  return `Importing ${count(state.done)} of ${count(state.total)}${current}`;
}

function share(part, whole) {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}

function bar(label, testid) {
  const fill = h("i");
  const track = h("div.ps-bar", { role: "progressbar", "aria-label": label, testid }, fill);
  const set = (portion) => {
    fill.style.width = `${portion * 100}%`;
    track.setAttribute("aria-valuenow", String(Math.round(portion * 100)));
  };
  return { set, element: h("div.up-bar", {}, h("span.ps-muted", {}, label), track) };
}
