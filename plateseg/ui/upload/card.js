/** One photograph of the gallery. */
import { h } from "../shell/dom.js";

const WORDS = {
  unlabelled: "unlabelled",
  proposed: "proposed by a model",
  labelled: "labelled",
  no_plate: "no plate",
  excluded: "excluded",
};
const SPLITS = { train: "train", val: "val", test: "test" };

/**
 * @param {{id: number, name: string, status: string, split: string, width: number, height: number, thumb: string}} item
 * @param {{onOpen: (id: number) => void, onMark: (id: number, shift: boolean) => void}} handlers
 *   onOpen: a plain click
 * @returns {{element: HTMLElement, mark: (selected: boolean, choosing: boolean) => void}} choosing: a click selects
 */
export function makeCard(item, { onOpen, onMark }) {
  const picture = h("img", { alt: "", loading: "lazy", decoding: "async", draggable: false });
  picture.src = item.thumb;
  picture.addEventListener("error", () => picture.classList.add("broken"));
  const state = WORDS[item.status] ?? item.status;
  const title = `${item.name}\n${item.width} × ${item.height} · ${state}`;
  const foot = h("span.up-card-foot", {}, h(`span.ps-dot.${item.status}`), h("span.up-card-name", {}, item.name), tag(item.split));
  const open = h("button.up-open", { testid: `gallery-item-${item.id}`, title, data: { status: item.status } }, picture, foot);
  open.addEventListener("click", (event) => {
    if (event.shiftKey || event.ctrlKey || event.metaKey) onMark(item.id, event.shiftKey);
    else onOpen(item.id);
  });
  const box = h("input.up-box", { type: "checkbox", testid: `gallery-select-${item.id}` });
  box.setAttribute("aria-label", `Select ${item.name}`);
  box.addEventListener("click", (event) => onMark(item.id, event.shiftKey));
  const element = h("li.up-card", {}, open, box);
  const mark = (selected, choosing) => {
    box.checked = selected;
    open.setAttribute("aria-label", `${item.name}, ${state}: ${choosing ? "select" : "open in Annotate"}`);
    if (choosing) open.setAttribute("aria-pressed", String(selected));
    else open.removeAttribute("aria-pressed");
    element.classList.toggle("selected", selected);
  };
  return { element, mark };
}

function tag(split) {
  return SPLITS[split] ? h("span.up-split", {}, SPLITS[split]) : null;
}
