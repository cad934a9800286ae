/** Keeps the workspace exactly as high as the room left in the window, so that the page never scrolls. */

/** Below this a very low window scrolls rather than squeezing the canvas away, in client pixels. */
const LEAST = 380;

/**
 * @param {HTMLElement} root
 * @returns {() => void} stop
 */
export function keepHeight(root) {
  const fit = () => {
    if (!root.getClientRects().length) return;
    const top = root.getBoundingClientRect().top + window.scrollY;
    const room = Math.floor(window.innerHeight - top - paddingBelow(root));
    const height = `${Math.max(LEAST, room)}px`;
    if (root.style.height !== height) root.style.height = height;
  };
  // The parent changes width when its tab is shown again; the body moves when something above appears.
  const observer = new ResizeObserver(fit);
  observer.observe(root.parentElement);
  observer.observe(document.body);
  window.addEventListener("resize", fit);
  fit();
  return () => {
    observer.disconnect();
    window.removeEventListener("resize", fit);
  };
}

/** Paddings, borders and margins of the page's frames under the root. */
function paddingBelow(root) {
  let below = 0;
  for (let frame = root.parentElement; frame; frame = frame.parentElement) {
    const style = getComputedStyle(frame);
    for (const name of ["paddingBottom", "borderBottomWidth", "marginBottom"]) below += parseFloat(style[name]) || 0;
  }
  return below;
}
