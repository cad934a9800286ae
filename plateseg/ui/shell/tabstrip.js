/**
 * The one file that knows Gradio's tab strip (6.31): `button[role=tab][data-tab-id]`, and in a narrow window the
 * buttons that do not fit live in `.overflow-dropdown`, by text only; the selected one is always in the strip.
 */

const STRIP = '.tab-wrapper [role="tablist"]';

/** @returns {string|null} id of the tab Gradio shows now, null while the page is not built yet */
export function shownTab() {
  const button = document.querySelector(`${STRIP} [role="tab"][aria-selected="true"]`);
  return button ? tabOf(button) : null;
}

/**
 * Asks Gradio for a tab.
 * @returns {boolean} false when there is no such button yet
 */
export function pressTab(tab) {
  const wrapper = document.querySelector(STRIP)?.parentElement;
  if (!wrapper) return false;
  const buttons = wrapper.querySelectorAll('[role="tab"], .overflow-dropdown button');
  const button = [...buttons].find((each) => tabOf(each) === tab);
  button?.click();
  return button !== undefined;
}

/**
 * Calls fn whenever the selected tab may have changed.
 * @returns {() => void} stop
 */
export function observeTabs(fn) {
  let watched = null;
  const inner = new MutationObserver(fn);
  const attach = () => {
    const wrapper = document.querySelector(STRIP)?.parentElement ?? null;
    if (wrapper === watched) return;
    inner.disconnect();
    watched = wrapper;
    if (!wrapper) return;
    inner.observe(wrapper, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-selected"] });
    fn();
  };
  // Gradio builds the strip late and rebuilds it after a reconnect; looking twice a second costs nothing.
  const timer = setInterval(attach, 500);
  const early = new MutationObserver(() => {
    attach();
    if (watched) early.disconnect();
  });
  early.observe(document.documentElement, { subtree: true, childList: true });
  attach();
  return () => {
    clearInterval(timer);
    early.disconnect();
    inner.disconnect();
  };
}

function tabOf(button) {
  return (button.dataset.tabId || button.textContent || "").trim().toLowerCase();
}
