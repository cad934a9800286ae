/** The open photograph goes for good: by Delete in the panel, or with others in the gallery of Upload. */
import { askDeletion } from "../upload/deletion_dialog.js";

/**
 * Asks, and deletes. What follows for this tab is heard like a deletion by another one.
 * @param {import("./session.js").Session} session @param {HTMLElement} root
 */
export async function deleteOpen(session, root) {
  // A mask on its way is one that the question is about.
  await session.saving.settled();
  const { item, document } = session;
  const also = document.dirty ? ["The strokes on it that are not saved go too."] : [];
  const done = await askDeletion(root, [item.id], { also });
  if (done && !done.outcome.deleted.length) session.notify(done.told, { tone: "bad" });
}

/**
 * Nothing of deleted photographs is kept or saved; where the open one is among them, the next opens.
 * @param {import("./session.js").Session} session
 * @param {{gone: Set<number>, told: string}} news told: what to say of it
 * @param {{shown: boolean}} page whether this tab is on screen: if not, it finds another photograph when it is
 * @returns {Promise<boolean>} whether the open one was among them
 */
export async function leaveDeleted(session, { gone, told }, { shown }) {
  const { item } = session;
  const mine = item !== null && gone.has(item.id);
  if (mine) session.letGo();
  await session.drafts.forget(gone);
  if (!mine || !shown) return mine;
  const beside = [item.next, item.previous].find((id) => id !== null && !gone.has(id));
  if (beside === undefined) await session.openFirst();
  else await session.open(beside, { replace: true });
  if (session.ready) session.notify(told);
  return true;
}
