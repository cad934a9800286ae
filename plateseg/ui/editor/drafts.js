/**
 * Unsaved strokes in IndexedDB. Where a browser refuses it (some private windows), they are kept in memory and
 * `durable` says so.
 * @typedef {import("./draft_rules.js").Draft} Draft
 */

const DATABASE = "plateseg";
const STORE = "drafts";

export class Drafts {
  /** @returns {Promise<Drafts>} */
  static async open() {
    try {
      return new Drafts(await openDatabase());
    } catch (error) {
      console.warn("plateseg: this browser keeps no drafts", error);
      return new Drafts(null);
    }
  }

  constructor(database) {
    this.database = database;
    this.memory = new Map();
    this.durable = database !== null;
    /** Items with a draft, for the marks in the filmstrip. */
    this.items = new Map();
    this.onChange = () => {};
  }

  /** @param {Draft} draft */
  async put(draft) {
    this.memory.set(draft.key, draft);
    this.#noted(draft.key, draft.item);
    if (!this.durable) return;
    try {
      await this.#run("readwrite", (store) => store.put(draft));
    } catch (error) {
      // A full disk here must not stop the person; the page says that strokes are no longer safe.
      this.durable = false;
      console.error("plateseg: a stroke could not be kept in this browser", error);
      this.onChange();
    }
  }

  /** @param {string} key */
  async remove(key) {
    this.memory.delete(key);
    this.#noted(key, null);
    if (this.database) await this.#run("readwrite", (store) => store.delete(key));
  }

  /** @param {Set<number>} items that were deleted: nothing of them is kept, of whichever page */
  async forget(items) {
    const theirs = (await this.all()).filter((draft) => items.has(draft.item));
    await Promise.all(theirs.map((draft) => this.remove(draft.key)));
  }

  /** @returns {Promise<Draft[]>} */
  async all() {
    const stored = this.database ? await this.#run("readonly", (store) => store.getAll()) : [];
    const merged = new Map(stored.map((draft) => [draft.key, draft]));
    for (const [key, draft] of this.memory) merged.set(key, draft);
    this.items = new Map([...merged].map(([key, draft]) => [key, draft.item]));
    return [...merged.values()];
  }

  /** @returns {Promise<Draft[]>} drafts of one item, of whichever page */
  async of(item) {
    return (await this.all()).filter((draft) => draft.item === item);
  }

  /** @returns {boolean} whether strokes of that item wait in this browser */
  has(item) {
    return [...this.items.values()].includes(item);
  }

  #noted(key, item) {
    const known = this.items.has(key);
    if (item === null) this.items.delete(key);
    else this.items.set(key, item);
    if (known !== (item !== null)) this.onChange();
  }

  #run(mode, act) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
      transaction.onerror = () => reject(transaction.error ?? request.error);
    });
  }
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another page holds the database"));
  });
}
