/** What opens below a snapshot: a new name, an export, a restore with what it would do, a deletion. */
import { getJson, sendJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { isCut, previewLines } from "../upload/exports.js";
import { changesAnything, deletionQuestion, planSentences, restoredSentence } from "./snapshot_words.js";

/**
 * @typedef {import("./snapshot_words.js").Summary} Summary
 * @typedef {{close: () => void, done: (sentence: string) => Promise<void>,
 *   attempt: <T>(work: () => Promise<T>) => Promise<T|null>}} Tools done: close, say it, and read the list again
 */

/** @param {Summary} one @param {Tools} tools @returns {Node[]} */
export function renaming(one, tools) {
  const input = h("input.ps-input", { type: "text", maxLength: 100, value: one.name, testid: "snapshot-rename-input", "aria-label": "New name" });
  const save = async () => {
    const done = await tools.attempt(() => sendJson("POST", `${address(one)}/rename`, { name: input.value }));
    if (done) await tools.done(`It is called “${done.name}” now.`);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") save();
    if (event.key === "Escape") tools.close();
  });
  requestAnimationFrame(() => input.select());
  return [h("div.pd-head", {}, input, button("snapshot-rename-save", "Save the name", save, ".primary"), cancel(tools))];
}

/** @param {Summary} one @param {Tools} tools @returns {Node[]} a format, what would be in it, and the download */
export function exporting(one, tools) {
  const format = h("select.ps-input", { testid: "snapshot-format", "aria-label": "Format", onchange: () => preview() });
  const link = h("a.ps-button.primary", { testid: "snapshot-download", download: "" }, "Download ZIP");
  const lines = h("ul.pd-list", { testid: "snapshot-export-lines" });
  const preview = async () => {
    const query = new URLSearchParams({ format: format.value, snapshot: one.id });
    link.removeAttribute("href");
    const found = await tools.attempt(() => getJson(`/api/exports/preview?${query}`));
    if (!found || format.value !== query.get("format")) return;
    const whole = h("li", {}, h("a", { href: `/api/exports/preview.txt?${query}`, target: "_blank" }, "The whole list, name by name"));
    lines.replaceChildren(...previewLines(found).map((line) => h("li", {}, line)), ...(isCut(found) ? [whole] : []));
    if (found.photographs > 0) link.href = `/api/exports/file?${query}`;
  };
  const open = async () => {
    const found = await tools.attempt(() => getJson("/api/exports/formats"));
    if (!found) return;
    format.replaceChildren(...found.formats.map(({ name, title }) => h("option", { value: name }, title)));
    await preview();
  };
  void open();
  return [h("div.pd-head", {}, format, link, cancel(tools, "Close")), lines];
}

/** @param {Summary} one @param {Tools} tools @returns {Node[]} what would happen, in full, before it can be asked for */
export function restoring(one, tools) {
  const only = h("input", { type: "checkbox", testid: "restore-only", onchange: () => look() });
  const lines = h("ul.pd-list", { testid: "restore-plan" });
  const go = button("restore-go", "Restore", () => restore(), ".primary");
  const look = async () => {
    go.disabled = true;
    lines.replaceChildren(h("li", {}, "Looking what would change…"));
    const asked = only.checked;
    const plan = await tools.attempt(() => getJson(`${address(one)}/restore?only=${asked}`));
    if (asked !== only.checked) return;
    if (!plan) return void tools.close();
    lines.replaceChildren(...planSentences(plan.counts).map((line) => h("li", {}, line)));
    go.disabled = !changesAnything(plan.counts);
  };
  const restore = async () => {
    go.disabled = true;
    setText(go, "Restoring…");
    const done = await tools.attempt(() => sendJson("POST", `${address(one)}/restore`, { only: only.checked }));
    if (done) await tools.done(restoredSentence(done));
    else tools.close();
  };
  void look();
  const title = h("b", {}, `Make “${one.name}” the working set again?`);
  const choice = h("label.pd-check", {}, only, "Exclude what was labelled since");
  return [title, lines, h("div.pd-head", {}, choice, go, cancel(tools))];
}

/** @param {Summary} one @param {Tools} tools @returns {Node[]} the question, or why it cannot be */
export function deleting(one, tools) {
  const words = h("p", { testid: "snapshot-delete-words" });
  const yes = button("snapshot-delete-confirm", "Delete the snapshot", () => remove(), ".danger");
  yes.hidden = true;
  const look = async () => {
    const found = await tools.attempt(() => getJson(`${address(one)}/deletion`));
    if (!found) return;
    setText(words, found.refusal || deletionQuestion(one.name, found.masks));
    show(yes, !found.refusal);
  };
  const remove = async () => {
    const done = await tools.attempt(() => sendJson("DELETE", address(one)));
    if (done) await tools.done(`“${one.name}” is deleted.`);
  };
  void look();
  return [words, h("div.pd-head", {}, yes, cancel(tools))];
}

function address(one) {
  return `/api/snapshots/${one.id}`;
}

function button(testid, label, onclick, kind = "") {
  return h(`button.ps-button${kind}`, { testid, onclick }, label);
}

function cancel(tools, label = "Cancel") {
  return button("snapshot-cancel", label, () => tools.close());
}
