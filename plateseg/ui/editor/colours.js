/** The masks' colours, from the page's tokens. */

/**
 * @param {HTMLElement} element whose theme counts
 * @returns {{mask: number[], proposal: number[], other: number[]}} red, green, blue in 0..255
 */
export function readColours(element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => toRgb(style.getPropertyValue(name).trim() || fallback);
  return {
    mask: read("--ps-mask", "#06b6a4"),
    proposal: read("--ps-proposal", "#a855f7"),
    other: read("--pe-other", "#f59e0b"),
  };
}

function toRgb(colour) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
