/**
 * The files a person dropped or chose, folders walked through.
 * @typedef {{file: File|null, path: string}} Chosen path: with its folders, "car/image1.jpg"; file: null for one that
 *   the browser could not open; a folder that it could not read ends with "/"
 */

/** What systems leave in folders and nobody means to upload, and all that lies in hidden folders. */
const LITTER = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|__MACOSX)(\/|$)/i;
/** Files asked for at once: each is a message to another process of the browser. */
const AT_ONCE = 64;

/** @param {string} path @returns {boolean} */
export function isLitter(path) {
  return LITTER.test(path);
}

/** @param {FileList|File[]} files of an input @returns {Chosen[]} */
export function chosenFiles(files) {
  return [...files]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ path }) => !isLitter(path));
}

/**
 * @param {DataTransfer} transfer of a drop; its entries must be taken before the event handler returns
 * @param {(count: number) => void} [onFound] told now and then how many files were found so far
 * @returns {Promise<Chosen[]>}
 */
export async function droppedFiles(transfer, onFound = () => {}) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return chosenFiles(transfer.files);
  /** @type {Chosen[]} */
  const found = [];
  await take(entries, "", found, onFound);
  return found;
}

/**
 * A search's results, dropped together, may be files of one name from different folders.
 * @param {Chosen[]} chosen @returns {{once: Chosen[], again: Chosen[]}} the first of each path, and the others
 */
export function eachPathOnce(chosen) {
  const seen = new Set();
  const once = [];
  const again = [];
  for (const each of chosen) {
    (seen.has(each.path) ? again : once).push(each);
    seen.add(each.path);
  }
  return { once, again };
}

async function take(entries, folder, found, onFound) {
  const wanted = entries.filter(({ name }) => !isLitter(name));
  const files = wanted.filter(({ isFile }) => isFile);
  for (let from = 0; from < files.length; from += AT_ONCE) {
    found.push(...(await Promise.all(files.slice(from, from + AT_ONCE).map((entry) => opened(entry, folder)))));
    onFound(found.length);
  }
  for (const entry of wanted) {
    if (entry.isFile) continue;
    const inside = `${folder}${entry.name}/`;
    const { children, whole } = await childrenOf(entry);
    if (!whole) found.push({ file: null, path: inside });
    await take(children, inside, found, onFound);
  }
}

/** @returns {Promise<Chosen>} */
function opened(entry, folder) {
  const path = folder + entry.name;
  return new Promise((resolve) => {
    entry.file((file) => resolve({ file, path }), () => resolve({ file: null, path }));
  });
}

/**
 * A browser hands a folder out in parts of 100 at most; an empty part is the end.
 * @returns {Promise<{children: FileSystemEntry[], whole: boolean}>} whole: false where it could not be read to its end
 */
async function childrenOf(folder) {
  const reader = folder.createReader();
  const children = [];
  for (;;) {
    const part = await new Promise((resolve) => reader.readEntries(resolve, () => resolve(null)));
    if (!part?.length) return { children, whole: part !== null };
    children.push(...part);
  }
}

/** @param {DragEvent} event @returns {boolean} whether files are being dragged, and not a word or a link */
export function holdsFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
