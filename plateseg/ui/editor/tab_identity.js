/**
 * Who this page is among the pages of one browser, and which others are open: a draft of an open page is that page's
 * own, one of a closed page may be taken up.
 */

const PREFIX = "plateseg-page-";

/** @returns {Promise<{id: string, alive: () => Promise<Set<string>|null>}>} alive gives null when it cannot be known */
export async function claimTab() {
  const id = freshId();
  if (await holdLock(PREFIX + id)) return { id, alive: openPages };
  return { id: rememberedId(id), alive: async () => null };
}

/** @returns {Promise<boolean>} whether it is held; without https, or where cookies are blocked, there are no locks */
function holdLock(name) {
  if (!navigator.locks) return Promise.resolve(false);
  return new Promise((resolve) => {
    // The lock is let go by the browser when the page is gone, however it went.
    const hold = () => (resolve(true), new Promise(() => {}));
    navigator.locks.request(name, hold).catch((error) => {
      console.warn("plateseg: this browser does not tell which pages are open", error);
      resolve(false);
    });
  });
}

async function openPages() {
  const { held } = await navigator.locks.query();
  return new Set(held.filter(({ name }) => name.startsWith(PREFIX)).map(({ name }) => name.slice(PREFIX.length)));
}

/** Web Locks need https or localhost; elsewhere a page at least knows itself after a reload. */
function rememberedId(fresh) {
  try {
    const id = sessionStorage.getItem(PREFIX) ?? fresh;
    sessionStorage.setItem(PREFIX, id);
    return id;
  } catch (error) {
    console.warn("plateseg: this browser does not know the page again after a reload", error);
    return fresh;
  }
}

function freshId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("");
}
