/**
 * What has become of the strokes: a pure state machine. `step` takes a state and an event and gives the next state
 * and the effects to carry out; saving.js carries them out.
 *
 *   clean -> unsaved -> saving -> clean            saving -> queued (server gone) -> saving (back)
 *                              -> conflict (somebody else saved) -> saving | clean
 *                              -> refused (disk full, too large)
 *
 * @typedef {"clean"|"unsaved"|"saving"|"queued"|"conflict"|"refused"} Phase
 * @typedef {{phase: Phase, head: number, savedAt: string|null, empty: boolean, version: number, sending: number,
 *   again: boolean, message: string, strokes: number, noPlate: boolean}} SaveState
 *   head: revision the edit began from; savedAt: ISO time of it; sending: version on its way
 * @typedef {{type: "send"|"watch"|"keep"|"forget"|"ask"}} Effect
 *   keep: write the draft again with the new head; forget: delete it; ask: open the conflict dialog
 */

/** @returns {SaveState} */
export function openedState({ head = 0, savedAt = null, empty = false, noPlate = false, version = 0 } = {}) {
  return { phase: "clean", head, savedAt, empty, noPlate, version, sending: -1, again: false, message: "", strokes: 0 };
}

/**
 * @param {SaveState} state
 * @param {{type: string, [key: string]: any}} event
 * @returns {[SaveState, Effect[]]}
 */
export function step(state, event) {
  const rule = RULES[event.type];
  if (!rule) throw new Error(`Unknown event ${event.type}.`);
  return rule(state, event);
}

const RULES = {
  /** The mask changed, by a stroke, undo or redo. */
  edited(state, { version, dirty, strokes }) {
    const next = { ...state, version, strokes };
    if (state.phase === "saving" || state.phase === "conflict") return [next, []];
    if (state.phase === "queued" && dirty) return [next, []];
    return [{ ...next, phase: dirty ? "unsaved" : "clean", message: "" }, dirty ? [] : [{ type: "forget" }]];
  },

  /** The person, or moving on, asks to save. */
  save(state) {
    if (state.phase === "saving") return [{ ...state, again: state.version !== state.sending }, []];
    if (state.phase === "conflict") return [state, [{ type: "ask" }]];
    return send(state);
  },

  /** dirty: false where what changed meanwhile was undone again. */
  saved(state, { number, at, empty, noPlate, dirty }) {
    const base = { ...state, head: number, savedAt: at, empty, noPlate, sending: -1, again: false, message: "" };
    if (state.version === state.sending || dirty === false) return [{ ...base, phase: "clean", strokes: 0 }, [{ type: "forget" }]];
    const kept = { ...base, phase: "unsaved" };
    if (!state.again) return [kept, [{ type: "keep" }]];
    const [next, effects] = send(kept);
    return [next, [{ type: "keep" }, ...effects]];
  },

  /** The server did not answer: the strokes wait in this browser. */
  unreachable(state) {
    return [{ ...state, phase: "queued", sending: -1, again: false }, [{ type: "keep" }, { type: "watch" }]];
  },

  back(state) {
    return state.phase === "queued" ? send(state) : [state, []];
  },

  conflicted(state) {
    return [{ ...state, phase: "conflict", sending: -1, again: false }, [{ type: "keep" }, { type: "ask" }]];
  },

  /** The person decided; `head` is the other one's revision. kept: the mask now equals that revision. */
  resolved(state, { head, kept, savedAt, version }) {
    const base = { ...state, head, savedAt, version, message: "" };
    return kept ? [{ ...base, phase: "clean", strokes: 0 }, [{ type: "forget" }]] : send(base);
  },

  refused(state, { message }) {
    return [{ ...state, phase: "refused", sending: -1, again: false, message }, [{ type: "keep" }]];
  },
};

function send(state) {
  return [{ ...state, phase: "saving", sending: state.version, again: false, message: "" }, [{ type: "send" }]];
}

/**
 * The status line.
 * @param {SaveState} state
 * @param {(iso: string) => string} clock time of day for a person, such as "14:02"
 * @returns {{text: string, tone: "good"|"warn"|"bad"|"calm"}}
 */
export function statusLine(state, clock) {
  const strokes = strokesText(state.strokes);
  switch (state.phase) {
    case "saving":
      return { text: "Saving…", tone: "calm" };
    case "unsaved":
      return { text: `${strokes} kept in this browser`, tone: "warn" };
    case "queued":
      return { text: `Server away: ${strokes} kept in this browser, saved when it is back`, tone: "warn" };
    case "conflict":
      return {
        text: `Not saved: somebody saved this photograph meanwhile. ${strokes} kept in this browser`,
        tone: "bad",
      };
    case "refused":
      return { text: `Not saved: ${state.message} Your strokes stay in this browser.`, tone: "bad" };
    default:
      return cleanLine(state, clock);
  }
}

function cleanLine(state, clock) {
  if (!state.head) return { text: "No mask yet", tone: "calm" };
  const when = state.savedAt ? `, ${clock(state.savedAt)}` : "";
  const saved = `Saved as revision ${state.head}${when}`;
  if (state.noPlate) return { text: `${saved}: no plate here`, tone: "good" };
  if (state.empty) return { text: `${saved}. Saved as empty; say No plate (N) if there is none`, tone: "warn" };
  return { text: saved, tone: "good" };
}

/** "3 unsaved strokes"; an answer without strokes is "no plate". */
function strokesText(count) {
  if (count === 0) return "Unsaved answer";
  return count === 1 ? "1 unsaved stroke" : `${count} unsaved strokes`;
}
