/** Style sheets, each loaded once. */

/**
 * @param {string|URL} address
 * @returns {Promise<void>} fulfilled when it applies; a sheet that cannot be had leaves the page plain, not broken
 */
export function loadStyle(address) {
  const href = String(address);
  const present = [...document.querySelectorAll('link[rel="stylesheet"]')].find((link) => link.href === href);
  if (present?.dataset.loaded) return Promise.resolve();
  const link = present ?? document.createElement("link");
  const loaded = new Promise((resolve) => {
    const done = () => {
      link.dataset.loaded = "yes";
      resolve();
    };
    link.addEventListener("load", done, { once: true });
    link.addEventListener("error", done, { once: true });
    if (present?.sheet) done();
  });
  if (present) return loaded;
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
  return loaded;
}
