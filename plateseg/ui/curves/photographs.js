/** The photographs a run was judged on: pictures of the worst and of what changed most, and a table that leads to Annotate. */
import { getJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { ratio } from "../shell/format.js";
import { place } from "../shell/place.js";
import { gain, gainText, inView, judgedWords, plateCounts, VIEWS } from "./photo_rows.js";
import { isActive } from "./runstate.js";

/** @typedef {import("./photo_rows.js").PhotoScore} PhotoScore */

const PICTURES = 6;
const ROWS = 50;

export class Photographs {
  constructor() {
    this.key = "";
    /** @type {{run_id: number, against: {run_id: number, name: string}|null, of: number, images: PhotoScore[]}|null} */
    this.answer = null;
    this.view = "worst";
    this.rows = ROWS;
    this.title = h("h3", { testid: "photographs-title" }, "Photographs");
    this.chips = new Map(Object.entries(VIEWS).map(([view, { label, title }]) => [view, this.chip(view, label, title)]));
    this.legend = h("span.ps-muted.rc-hint", {}, "Outline: a person's mask. Filled: the model's.");
    this.none = h("p.ps-muted", { testid: "photographs-none" });
    this.strip = h("div.rc-strip.rc-judged", { testid: "judged-strip" });
    this.otherHead = h("th.rc-right");
    this.body = h("tbody");
    const heads = [["th", "Photograph"], ["th.rc-right", "IoU"], ["th.rc-right", "Boundary"], ["th", "Plates"]];
    const head = h("tr", {}, ...heads.map(([tag, label]) => h(tag, {}, label)), this.otherHead, h("th.rc-right", {}, "Change"));
    this.table = h("table.rc-table.rc-photos", { testid: "photo-table" }, h("thead", {}, head), this.body);
    this.more = h("button.ps-button.small", { testid: "photo-more", onclick: () => this.showMore() });
    const controls = h("div.rc-controls", {}, this.title, ...this.chips.values(), this.legend);
    const parts = [controls, this.none, this.strip, h("div.rc-scroll", {}, this.table), this.more];
    this.element = h("section.rc-panel", { testid: "photographs" }, ...parts);
  }

  /**
   * @param {import("./runstate.js").RunView|undefined} run the selected one
   * @param {import("./runstate.js").RunView|undefined} other the first one ticked beside it; the champion without
   */
  async draw(run, other) {
    const judged = run?.judgement ? `${run.judgement.images} ${run.judgement.mean_iou}` : "";
    const state = run ? `${isActive(run)} ${run.can_compare} ${run.verdict?.against.run_id} ${run.verdict?.images}` : "";
    const key = run ? `${run.id} ${run.name} ${judged} ${other?.id ?? "champion"} ${state}` : "";
    if (key === this.key) return;
    this.key = key;
    show(this.element, run !== undefined);
    if (!run) return;
    const answer = await this.read(run, other);
    if (key !== this.key) return;
    if (answer.run_id !== this.answer?.run_id) this.rows = ROWS;
    this.answer = answer;
    this.run = run;
    setText(this.title, `Photographs of ${run.name}`);
    this.redraw();
  }

  async read(run, other) {
    try {
      return await getJson(`/api/runs/${run.id}/scores${other ? `?against=${other.id}` : ""}`);
    } catch (error) {
      this.key = ""; // asked again with the next look at the list
      throw error;
    }
  }

  chip(view, label, title) {
    return h("button.ps-chip", { testid: `photos-${view}`, title, onclick: () => this.choose(view) }, label);
  }

  choose(view) {
    this.view = view;
    this.rows = ROWS;
    this.redraw();
  }

  showMore() {
    this.rows += 4 * ROWS;
    this.redraw();
  }

  redraw() {
    if (this.answer === null) return;
    const { images, against } = this.answer;
    if (!against) this.view = "worst";
    for (const [view, chip] of this.chips) {
      show(chip, images.length > 0 && (!VIEWS[view].beside || against !== null));
      chip.setAttribute("aria-pressed", String(view === this.view));
    }
    const photos = inView(images, this.view);
    const changed = images.length > 0 && photos.length === 0 ? "None: no photograph changed this way." : "";
    const words = [judgedWords(this.run, { images: images.length, of: this.answer.of }), changed].filter(Boolean).join(" ");
    setText(this.none, words);
    show(this.none, words !== "");
    show(this.legend, photos.length > 0);
    show(this.table, photos.length > 0);
    setText(this.otherHead, against ? against.name : "");
    this.otherHead.title = against ? `IoU of run ${against.run_id}` : "";
    this.strip.replaceChildren(...photos.slice(0, PICTURES).map((photo) => this.figure(photo)));
    this.body.replaceChildren(...photos.slice(0, this.rows).map((photo) => this.row(photo)));
    show(this.more, photos.length > this.rows);
    setText(this.more, `Show more of the ${photos.length} photographs`);
  }

  figure(photo) {
    const runs = [this.answer.run_id];
    if (VIEWS[this.view].beside) runs.unshift(this.answer.against.run_id);
    const pictures = runs.map((run) => this.picture(run, photo));
    const numbers = runs.length > 1 ? `${ratio(photo.other_iou)} → ${ratio(photo.iou)}` : `IoU ${ratio(photo.iou)}`;
    const caption = h("figcaption", { title: photo.name }, h("span.rc-numbers", {}, numbers), " ", h("span.ps-muted", {}, photo.name));
    return h(`figure.${runs.length > 1 ? "rc-pair" : "rc-single"}`, {}, h("div", {}, ...pictures), caption);
  }

  picture(run, photo) {
    const address = `/api/runs/${run}/scores/${photo.item_id}/picture`;
    const alt = `What run ${run} drew of ${photo.name}`;
    const image = h("img", { alt, loading: "lazy", decoding: "async", src: address });
    const title = `Open ${photo.name} in Annotate`;
    const testid = `judged-${run}-${photo.item_id}`;
    return h("button.rc-picture", { title, testid, onclick: () => annotate(photo) }, image);
  }

  row(photo) {
    const props = { testid: `photo-${photo.item_id}`, title: "Open in Annotate", onclick: () => annotate(photo) };
    const open = h("button.rc-link", props, photo.name);
    const change = h("td.rc-right.rc-gain", {}, gainText(photo));
    change.dataset.sign = String(Math.sign(gain(photo) ?? 0));
    const cells = [
      h("td", {}, open),
      h("td.rc-right", {}, ratio(photo.iou)),
      h("td.rc-right", {}, ratio(photo.boundary_iou)),
      h("td", {}, plateCounts(photo)),
      h("td.rc-right", {}, photo.other_iou === null ? "" : ratio(photo.other_iou)),
      change,
    ];
    return h("tr", { onclick: (event) => event.target.closest("button") || annotate(photo) }, ...cells);
  }
}

function annotate(photo) {
  place.go({ tab: "annotate", item: photo.item_id });
}
