/** What the page remembers in this browser from one visit to the next. A browser that keeps nothing shows the usual. */

/**
 * @param {string} key
 * @returns {any} what was remembered, null for nothing
 */
export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {any} value whatever JSON can write
 */
export function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Cookies are blocked, or the disk is full: next time begins with the usual.
  }
}
