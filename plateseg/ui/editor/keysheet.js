/** The `?` sheet: every key and gesture, from the table the editor itself obeys. */
import { h } from "../shell/dom.js";
import { openDialog } from "./dialogs.js";
import { BINDINGS, GESTURES } from "./keys.js";

/** @param {HTMLElement} root */
export function openKeySheet(root, { onClose }) {
  const groups = ["Photograph", "Tools", "View"].map((group) => {
    const rows = BINDINGS.filter((binding) => binding.group === group).map((binding) =>
      keyRow(binding.shown, binding.label),
    );
    return h("section", {}, h("h4", {}, group), h("dl", {}, ...rows.flat()));
  });
  const gestures = h(
    "section",
    {},
    h("h4", {}, "Mouse, pen, fingers"),
    h("dl", {}, ...GESTURES.flatMap(([keys, label]) => keyRow(keys, label))),
  );
  const body = [h("div.pe-sheet", {}, ...groups, gestures)];
  return openDialog(root, { title: "Keys", testid: "key-sheet", body, onClose });
}

function keyRow(keys, label) {
  return [h("dt", {}, h("kbd.ps-kbd", {}, keys)), h("dd", {}, label)];
}
