/** Modal dialogs in the editor's own dress. */
import { h } from "../shell/dom.js";
import { icon } from "./icons.js";

/**
 * Opens a modal dialog; Esc and the cross close it, and the focus goes back to where it was.
 * @param {HTMLElement} root the editor: the dialog lives inside, so that its styles apply
 * @param {{title: string, testid: string, body: (Node|string)[], onClose?: () => void}} options
 * @returns {{close: () => void, readonly open: boolean}} open: on screen still
 */
export function openDialog(root, { title, testid, body, onClose = () => {} }) {
  const before = document.activeElement;
  const cross = h(
    "button.pe-icon-button",
    {
      "aria-label": "Close (Esc)",
      title: "Close (Esc)",
      testid: `${testid}-close`,
    },
    icon("close"),
  );
  const head = h("header.pe-line", {}, h("h3", {}, title), h("span.pe-spring"), cross);
  const dialog = h("dialog.pe-dialog", { testid, "aria-label": title }, head, ...body);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    onClose();
  });
  // A click on the backdrop lands on the dialog itself.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  cross.addEventListener("click", () => dialog.close());
  root.append(dialog);
  dialog.showModal();
  return {
    close: () => dialog.close(),
    get open() {
      return dialog.open;
    },
  };
}
