/** The rail of tools, the bar of settings above the canvas and the bar of answers below it. */
import { h, setText } from "../shell/dom.js";
import { commandButton, slider } from "./controls.js";
import { sizeFromSlider, sliderFromSize } from "./preferences.js";

/** @param {(command: string) => void} run */
export function buildRail(run) {
  const button = (command, label, glyph) => commandButton({ command, label, glyph, run });
  const tools = [
    button("tool-brush", "Brush", "brush"),
    button("tool-eraser", "Eraser", "eraser"),
    button("tool-polygon", "Polygon", "polygon"),
    button("tool-plate", "Plate: four corners", "plate"),
  ];
  const undo = button("undo", "Undo", "undo");
  const redo = button("redo", "Redo", "redo");
  const gap = () => h("span.pe-gap");
  const rest = [button("fill-holes", "Fill holes", "holes"), button("clear", "Clear the mask", "clear")];
  const keys = button("keys", "All keys", "keys");
  const element = h(
    "div.pe-rail",
    { role: "toolbar", "aria-label": "Tools", "aria-orientation": "vertical" },
    ...tools,
    gap(),
    undo,
    redo,
    gap(),
    ...rest,
    h("span.pe-spring"),
    keys,
  );
  return {
    element,
    /** @param {{tool: string, canUndo: boolean, canRedo: boolean, ready: boolean}} state */
    update({ tool, canUndo, canRedo, ready }) {
      for (const each of tools) each.setAttribute("aria-pressed", String(each.dataset.testid === `tool-${tool}`));
      for (const each of [...tools, ...rest]) each.disabled = !ready;
      undo.disabled = !ready || !canUndo;
      redo.disabled = !ready || !canRedo;
    },
  };
}

/**
 * @param {(command: string) => void} run
 * @param {{size: (v: number) => void, opacity: (v: number) => void, brightness: (v: number) => void,
 *   contrast: (v: number) => void}} set
 */
export function buildOptions(run, set) {
  const size = slider({
    name: "brush-size",
    label: "Brush size in pixels ([ and ])",
    glyph: "size",
    min: 0,
    max: 100,
    step: "any",
    onInput: (value) => set.size(sizeFromSlider(value)),
  });
  const percent = (name, label, glyph, min, max, onInput) =>
    slider({ name, label, glyph, min, max, step: 5, onInput: (value) => onInput(value / 100) });
  const opacity = percent("opacity", "Opacity of the mask", "opacity", 0, 100, set.opacity);
  const brightness = percent("brightness", "Brightness, of the view only", "sun", 30, 300, set.brightness);
  const contrast = percent("contrast", "Contrast, of the view only", "contrast", 30, 300, set.contrast);
  const eye = commandButton({ command: "toggle-mask", label: "Show or hide the mask", glyph: "eye", run });
  const reset = commandButton({
    command: "reset-view",
    label: "Brightness and contrast as taken",
    text: "Reset",
    kind: "quiet small",
    run,
  });
  const zoom = buildZoom(run);
  const panel = sheetButton({ command: "panel", label: "Proposal and revisions", glyph: "panel", run });
  const element = h(
    "div.pe-options",
    { role: "toolbar", "aria-label": "View" },
    size.element,
    opacity.element,
    eye,
    h("span.pe-rule"),
    brightness.element,
    contrast.element,
    reset,
    h("span.pe-spring"),
    zoom.element,
    panel,
  );
  return {
    element,
    /** @param {{size: number, opacity: number, brightness: number, contrast: number, hidden: boolean, zoom: number}} state */
    update(state) {
      size.set(sliderFromSize(state.size), `${state.size} px`);
      for (const [control, value] of [
        [opacity, state.opacity],
        [brightness, state.brightness],
        [contrast, state.contrast],
      ]) {
        control.set(Math.round(value * 100), `${Math.round(value * 100)} %`);
      }
      eye.setAttribute("aria-pressed", String(!state.hidden));
      eye.classList.toggle("off", state.hidden);
      reset.hidden = state.brightness === 1 && state.contrast === 1;
      zoom.update(state.zoom);
    },
  };
}

function buildZoom(run) {
  const readout = h("output.pe-zoom", { testid: "zoom" });
  const element = h(
    "span.pe-cluster",
    {},
    commandButton({ command: "zoom-out", label: "Farther", glyph: "minus", run }),
    readout,
    commandButton({ command: "zoom-in", label: "Closer", glyph: "plus", run }),
    commandButton({ command: "fit", label: "Whole photograph", glyph: "fit", run }),
    commandButton({ command: "actual-size", label: "One pixel to one pixel", text: "1:1", kind: "quiet small", run }),
  );
  return {
    element,
    update: (zoom) => setText(readout, `${zoom < 0.1 ? (zoom * 100).toFixed(1) : Math.round(zoom * 100)} %`),
  };
}

/** Opens and closes a sheet of the narrow layout; nowhere else is it seen. */
function sheetButton(options) {
  const button = commandButton({ ...options, kind: "pe-narrow" });
  button.dataset.sheetButton = options.command;
  button.setAttribute("aria-expanded", "false");
  return button;
}

/** @param {(command: string) => void} run */
export function buildAnswers(run) {
  const button = (command, label, glyph, text, kind) => commandButton({ command, label, glyph, text, kind, run });
  const photographs = sheetButton({ command: "photographs", label: "The list of photographs", glyph: "list", text: "List", run });
  const previous = button("previous", "Save, previous photograph", "previous", "Previous");
  const next = button("next", "Save, next photograph", "next", "Next");
  const skip = button("skip", "Next to do, decide this one later", "skip", "Skip");
  const none = button("no-plate", "No plate here, save, go on", "none", "No plate");
  // The panel has one of its own, which a narrow window folds away.
  const accept = button("accept", "Accept the proposal, save, go on", "check", "Accept", "primary pe-narrow");
  accept.dataset.testid = "accept-here";
  const save = button("save", "Save", "save", "Save", "primary");
  const status = h("span.pe-status-text", { role: "status", "aria-live": "polite" });
  const decide = h("button.ps-button.small", { testid: "decide", onclick: () => run("decide") }, "Decide");
  const line = h("div.pe-status", { testid: "status", data: { tone: "calm" } }, h("i.pe-lamp"), status, decide);
  const cursor = h("span.pe-cursor", { testid: "cursor" });
  const element = h(
    "div.pe-foot",
    {},
    h("div.pe-answers", {}, previous, photographs, next, skip, none, h("span.pe-spring"), cursor, accept, save),
    line,
  );
  return {
    element,
    cursor,
    /**
     * @param {{status: {text: string, tone: string}, conflict: boolean, ready: boolean, item: object|null,
     *   unsaved: boolean, proposed: boolean, position: string}} state position: "3 of 8", empty while unknown
     */
    update({ status: says, conflict, ready, item, unsaved, proposed, position }) {
      setText(status, says.text);
      line.title = says.text;
      line.dataset.tone = says.tone;
      decide.hidden = !conflict;
      previous.disabled = !ready || !item?.previous;
      next.disabled = !ready || !item?.next;
      skip.disabled = !ready || !item?.next_unlabelled;
      none.disabled = !ready;
      accept.hidden = !proposed;
      accept.disabled = !ready;
      setText(photographs.querySelector(".pe-label"), position || "List");
      save.disabled = !ready;
      save.classList.toggle("waiting", unsaved);
    },
  };
}
