/** Modal dialogs in the editor's own dress. */
import { openDialog as openPlain } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { icon } from "./icons.js";

/**
 * Opens a modal dialog; Esc and the cross close it, and the focus goes back to where it was.
 * @param {HTMLElement} root the editor: the dialog lives inside, so that its styles apply
 * @param {{title: string, testid: string, body: (Node|string)[], onClose?: () => void}} options
 * @returns {{close: () => void, readonly open: boolean}} open: on screen still
 */
export function openDialog(root, { title, testid, body, onClose }) {
  const names = { "aria-label": "Close (Esc)", title: "Close (Esc)", testid: `${testid}-close` };
  const cross = h("button.pe-icon-button", names, icon("close"));
  const dialog = openPlain(root, { title, testid, body, onClose, kind: "pe-dialog", corner: cross });
  cross.addEventListener("click", () => dialog.close());
  return dialog;
}
