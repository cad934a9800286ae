/** What each command does: one table for keys and buttons alike. */
import { deleteOpen } from "./deletion.js";
import { openKeySheet } from "./keysheet.js";
import { steppedSize } from "./preferences.js";
import { sheetAfter, showSheet } from "./sheets.js";

/** Commands that make sense without an open photograph. */
const ALWAYS = new Set(["keys", "go-upload", "go-train", "panel", "photographs"]);

/**
 * @param {import("./workspace.js").Workspace} workspace
 * @returns {(command: string) => void}
 */
export function makeRunner(workspace) {
  const table = { ...answerCommands(workspace), ...editCommands(workspace), ...viewCommands(workspace) };
  return async (command) => {
    const { session } = workspace;
    if (!session.ready && !ALWAYS.has(command)) return;
    try {
      await table[command]();
    } catch (error) {
      console.error(error);
      session.notify(error.message, { tone: "bad" });
    }
  };
}

function answerCommands({ answers, session, place, root }) {
  return {
    save: () => answers.save(),
    accept: () => answers.accept(),
    "no-plate": () => answers.noPlate(),
    keep: () => answers.keep(),
    next: () => answers.next(),
    previous: () => answers.previous(),
    skip: () => answers.skip(),
    exclude: () => answers.exclude(),
    delete: () => deleteOpen(session, root),
    propose: () => session.propose({ asked: true }),
    dismiss: () => session.dismissProposal(),
    decide: () => session.saving.ask(),
    "go-train": () => place.go({ tab: "train" }),
    "go-upload": () => place.go({ tab: "upload" }),
  };
}

function editCommands(workspace) {
  const { edits, preferences } = workspace;
  const resize = (direction) => {
    preferences.set("brushSize", steppedSize(edits.brushSize, direction));
    workspace.sizeChanged();
  };
  return {
    "tool-brush": () => workspace.chooseTool("brush"),
    "tool-eraser": () => workspace.chooseTool("eraser"),
    "tool-polygon": () => workspace.chooseTool("polygon"),
    "tool-plate": () => workspace.chooseTool("plate"),
    smaller: () => resize(-1),
    larger: () => resize(1),
    undo: () => (edits.document.stroking ? workspace.cancelTool() : edits.undo()),
    redo: () => edits.redo(),
    "fill-holes": () => edits.fillHoles(),
    clear: () => edits.clear(),
  };
}

function viewCommands(workspace) {
  const { stage, root } = workspace;
  const toggle = (sheet) => showSheet(root, sheetAfter(root.dataset.sheet ?? "", sheet));
  return {
    "toggle-mask": () => workspace.toggleMask(),
    fit: () => stage.fit(),
    "actual-size": () => stage.actualSize(),
    "zoom-in": () => stage.zoom(1.25),
    "zoom-out": () => stage.zoom(0.8),
    "reset-view": () => workspace.setLight({ brightness: 1, contrast: 1 }),
    panel: () => toggle("panel"),
    photographs: () => toggle("photographs"),
    keys: () => openKeySheet(root, { onClose: () => stage.element.focus({ preventScroll: true }) }),
  };
}
