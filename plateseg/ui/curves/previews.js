/** The same few validation photographs at every epoch, with the mask the model drew then. */
import { getJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";

export class Previews {
  constructor() {
    this.run = null;
    /** Following the newest epoch until the person moves the slider. */
    this.follow = true;
    this.epochs = [];
    this.images = [];
    this.slider = h("input", { type: "range", min: "0", max: "0", step: "1", testid: "preview-epoch" });
    this.slider.setAttribute("aria-label", "Epoch of the validation photographs");
    this.slider.addEventListener("input", () => this.choose(Number(this.slider.value)));
    this.label = h("output", { testid: "preview-epoch-label" });
    this.strip = h("div.rc-strip", { testid: "preview-strip" });
    const hint = h("span.ps-muted.rc-hint", {}, "Outline: a person's mask. Filled: the model's.");
    const head = h("div.rc-controls", {}, h("h3", {}, "Validation photographs"), this.slider, this.label, hint);
    this.element = h("section.rc-previews", { testid: "previews" }, head, this.strip);
    this.element.hidden = true;
  }

  /** Reads which epochs there are. @param {number} run id */
  async load(run) {
    if (run !== this.run) this.begin(run);
    const { epochs, images } = await getJson(`/api/runs/${run}/previews`);
    if (run !== this.run) return;
    this.take(epochs, images);
  }

  begin(run) {
    this.run = run;
    this.follow = true;
    this.take([], []);
  }

  take(epochs, images) {
    const present = this.epochs[Number(this.slider.value)];
    this.epochs = epochs;
    show(this.element, epochs.length > 0 && images.length > 0);
    this.slider.max = String(Math.max(0, epochs.length - 1));
    this.slider.disabled = epochs.length < 2;
    if (images.length !== this.images.length) this.makeImages(images);
    if (epochs.length === 0) return;
    const kept = epochs.indexOf(present);
    this.go(this.follow || kept < 0 ? epochs.length - 1 : kept);
  }

  makeImages(images) {
    this.images = images.map(({ index, name }) => {
      const picture = h("img", { alt: "", loading: "lazy", decoding: "async", testid: `preview-${index}` });
      const link = h("a", { target: "_blank", rel: "noopener", title: `${name}: open larger` }, picture);
      return { index, picture, link, figure: h("figure", {}, link, h("figcaption.ps-muted", { title: name }, name)) };
    });
    this.strip.replaceChildren(...this.images.map((image) => image.figure));
  }

  choose(at) {
    this.follow = at === this.epochs.length - 1;
    this.go(at);
  }

  go(at) {
    const epoch = this.epochs[at];
    this.slider.value = String(at);
    setText(this.label, `epoch ${epoch}`);
    for (const { index, picture, link } of this.images) {
      const address = `/api/runs/${this.run}/previews/${epoch}/${index}`;
      if (picture.dataset.address === address) continue;
      picture.dataset.address = address;
      picture.src = address;
      link.href = address;
    }
  }
}
