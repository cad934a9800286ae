/** Modal dialogs. */
import { h } from "./dom.js";

/**
 * Opens a modal dialog; Esc and a click beside it close it, and the focus goes back to where it was.
 * @param {HTMLElement} root the dialog lives inside, so that its styles apply
 * @param {{title: string, testid: string, body: (Node|string)[], kind?: string, corner?: Node|null, onClose?: () => void,
 *   mayClose?: () => boolean}} options kind: its class; corner: stands beside the title; mayClose: whether Esc and a
 *   click beside it do
 * @returns {{close: () => void, readonly open: boolean}} open: on screen still
 */
export function openDialog(root, options) {
  const { title, testid, body, kind = "ps-dialog", corner = null, onClose = () => {}, mayClose = () => true } = options;
  const before = document.activeElement;
  const head = h("header", {}, h("h3", {}, title), corner);
  const dialog = h(`dialog.${kind}`, { testid, "aria-label": title }, head, ...body);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    onClose();
  });
  dialog.addEventListener("cancel", (event) => mayClose() || event.preventDefault());
  // A click on the backdrop lands on the dialog itself.
  dialog.addEventListener("click", (event) => event.target === dialog && mayClose() && dialog.close());
  root.append(dialog);
  dialog.showModal();
  return {
    close: () => dialog.close(),
    get open() {
      return dialog.open;
    },
  };
}
