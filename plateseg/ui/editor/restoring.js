/** Strokes that never reached the server come back to the photograph that is open. */
import { clock } from "../shell/format.js";
import { draftFate, restoredSentence } from "./draft_rules.js";
import { decodeRuns, emptyRuns } from "./rle.js";
import { savedFacts } from "./saving.js";

/**
 * Takes up the first draft that still has something to say, and forgets those before it that have not.
 * @param {import("./session.js").Session} session of the photograph that is open
 * @param {import("./draft_rules.js").Draft[]} drafts of that photograph, newest first
 */
export function takeUp(session, drafts) {
  const { item, document } = session;
  const here = {
    ...item,
    photo: item.image,
    noPlate: item.status === "no_plate",
    runs: item.mask?.runs ?? emptyRuns(1, 1),
  };
  for (const draft of drafts) {
    const fate = draftFate(draft, here);
    if (fate === "foreign" || fate === "same") session.drafts.remove(draft.key);
    if (fate !== "restore" && fate !== "conflict") continue;
    document.replace(decodeRuns(draft), "restored", draft.seededFrom, draft.strokes);
    if (fate === "conflict") overtaken(session, draft);
    else restored(session, draft);
    if (draft.tab !== session.page.id) session.drafts.remove(draft.key);
    return;
  }
}

function restored(session, draft) {
  session.saving.restored(draft);
  const action = { label: "Discard", run: () => discard(session) };
  session.notify(restoredSentence(draft, (iso) => clock(iso, new Date())), { tone: "warn", action, unsaved: true });
}

/** The mask was saved elsewhere since the strokes began: the person decides between the two. */
function overtaken({ saving, item, document }, draft) {
  const { head, mask, width, height, revisions } = item;
  const current = revisions.find(({ number }) => number === head);
  document.head = draft.base;
  saving.open(item, document, savedFacts(item));
  saving.noPlate = draft.noPlate;
  saving.conflict({
    number: head,
    width,
    height,
    runs: mask?.runs ?? emptyRuns(width, height),
    author: current?.author ?? "",
    source: current?.source ?? "",
    created_at: current?.created_at ?? null,
  });
}

/** The restored strokes are not wanted: back to what the server has. */
function discard(session) {
  while (session.document.dirty && session.document.undo());
  session.saving.edited();
  session.notice = null;
  session.changed();
}
