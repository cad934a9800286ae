/**
 * Who this page is among the pages of one browser, and which others are open: a draft of an open page is that page's
 * own, one of a closed page may be taken up.
 */

const PREFIX = "plateseg-page-";

/** @returns {Promise<{id: string, alive: () => Promise<Set<string>|null>}>} alive gives null when it cannot be known */
export async function claimTab() {
  if (!navigator.locks) return { id: rememberedId(), alive: async () => null };
  const id = freshId();
  await new Promise((held) => {
    // The lock is let go by the browser when the page is gone, however it went.
    navigator.locks.request(PREFIX + id, () => {
      held();
      return new Promise(() => {});
    });
  });
  return { id, alive: openPages };
}

async function openPages() {
  const { held } = await navigator.locks.query();
  return new Set(held.filter(({ name }) => name.startsWith(PREFIX)).map(({ name }) => name.slice(PREFIX.length)));
}

/** Web Locks need https or localhost; elsewhere a page at least knows itself after a reload. */
function rememberedId() {
  const known = sessionStorage.getItem(PREFIX);
  const id = known ?? freshId();
  sessionStorage.setItem(PREFIX, id);
  return id;
}

function freshId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("");
}
