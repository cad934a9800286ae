/** Photographs as small cards: thumbnail, a few words, what can be done. */
import { h } from "../shell/dom.js";
import { place } from "../shell/place.js";

/**
 * @param {{id: number, name: string, thumb: string, split: string, pinned: boolean}} item
 * @param {{words?: string, mark?: string, actions?: (Node|null)[]}} parts mark: a short text in the picture's corner
 * @returns {HTMLElement}
 */
export function card(item, { words = "", mark = "", actions = [] } = {}) {
  const open = () => place.go({ tab: "annotate", item: item.id });
  return h(
    "article.pd-card",
    { data: { item: String(item.id) }, testid: "card" },
    h(
      "button.pd-picture",
      { onclick: open, title: `Open ${item.name} in Annotate` },
      h("img", { src: item.thumb, alt: "", loading: "lazy", decoding: "async" }),
      mark ? h("span.pd-mark", {}, mark) : null,
    ),
    h("p.pd-name", { title: item.name }, item.name),
    words ? h("p.pd-words", {}, words) : null,
    h("div.pd-actions", {}, ...actions),
  );
}

/** @returns {HTMLElement} a button that opens a photograph in Annotate */
export function openButton(item) {
  return h("button.ps-button.small", { onclick: () => place.go({ tab: "annotate", item: item.id }) }, "Open");
}
