/**
 * The files a person dropped or chose, folders walked through.
 * @typedef {{file: File, path: string}} Chosen path: with its folders, "car/image1.jpg"
 */

/** What systems leave in folders and nobody means to upload. */
const LITTER = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|__MACOSX\/.*)$/i;

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
 * @returns {Promise<Chosen[]>}
 */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found.filter(({ path }) => !isLitter(path));
}

async function walk(entry, folder, found) {
  const path = folder + entry.name;
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, path });
    return;
  }
  for (const child of await childrenOf(entry)) await walk(child, `${path}/`, found);
}

/** A browser hands a folder out in parts of 100 at most; an empty part is the end. */
async function childrenOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return all;
    all.push(...part);
  }
}
