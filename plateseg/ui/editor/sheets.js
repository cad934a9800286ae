/**
 * In a narrow window the panel and the list of photographs lie below the photograph as sheets: one of them, or none.
 * @typedef {"panel"|"photographs"} Sheet
 */

/**
 * @param {Sheet|""} open
 * @param {Sheet} pressed
 * @returns {Sheet|""} what is open after its button was pressed: the other one gives way
 */
export function sheetAfter(open, pressed) {
  return open === pressed ? "" : pressed;
}

/**
 * Opens a sheet, or closes the one that is open, and lets every button of theirs say so.
 * @param {HTMLElement} root
 * @param {Sheet|""} sheet
 */
export function showSheet(root, sheet) {
  root.dataset.sheet = sheet;
  for (const button of root.querySelectorAll("[data-sheet-button]")) {
    button.setAttribute("aria-expanded", String(button.dataset.sheetButton === sheet));
  }
}
