/** The options of an import: closed and as usual for most people, each with a sentence that says what it is for. */
import { getJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { bodyOf, DEFAULTS, problemsOf, summaryOf, WITHOUT_SHAPE } from "./options.js";

const FRAMES = [
  ["every", "One every so many seconds"],
  ["change", "One whenever the scene changes"],
];

export class ImportOptions {
  constructor() {
    const changed = () => this.draw();
    this.format = choice("import-format", [["auto", "Recognise it"]], changed);
    this.labels = h("input.ps-input", { type: "text", testid: "import-labels", placeholder: "such as license_plate", oninput: changed });
    this.labels.spellcheck = false;
    this.shape = choice("import-without-shape", WITHOUT_SHAPE, changed);
    this.frames = choice("import-frames", FRAMES, changed);
    this.every = h("input.ps-input", { type: "text", inputMode: "decimal", testid: "import-every", value: DEFAULTS.every, oninput: changed });
    this.fields = {
      format: field("format", "Format of the annotations", this.format, "It is seen from the files. Choose one where the report says that it was taken wrongly."),
      labels: field("labels", "Label of the plate", this.labels, "Where a set has several labels (car, plate, wheel) and none is known to mean a plate. For masks of class numbers the plate's number. Commas between several; empty: recognised."),
      without_shape: field("without_shape", "Photographs without a shape", this.shape, "Those that an annotation file names with nothing drawn on them. COCO, YOLO and VOC mean by it that there is no plate; CVAT, VIA and LabelMe also list what nobody has looked at."),
      frames: field("frames", "Frames of a video", this.frames, "Of each stretch the sharpest frame is taken, of a standing scene only one."),
      every: field("every", "Seconds between frames", this.every, "0.01 to 3600. All frames of one video stay in one split."),
    };
    this.now = h("span.ps-muted", { testid: "import-options-now" });
    this.reset = h("button.ps-button.small", { testid: "import-options-reset", onclick: () => this.clear() }, "Reset");
    const summary = h("summary", { testid: "import-options-summary" }, "Options", this.now);
    const grid = h("div.up-options", {}, ...Object.values(this.fields).map(({ element }) => element));
    this.element = h("details.up-fold.up-options-fold", { testid: "import-options" }, summary, grid, this.reset);
    this.element.addEventListener("toggle", () => this.element.open && void this.load());
    this.draw();
  }

  /** @returns {import("./options.js").Options} */
  get value() {
    const format = this.format.value || DEFAULTS.format;
    const by_change = this.frames.value === "change";
    return { format, labels: this.labels.value, without_shape: this.shape.value, by_change, every: this.every.value };
  }

  /** What the server is sent. Ask `isValid` first. */
  get body() {
    return bodyOf(this.value);
  }

  /** Whether everything can be; where not, the form is opened at the field that says why. */
  isValid() {
    const [first] = Object.keys(problemsOf(this.value));
    if (first) this.open(first);
    return first === undefined;
  }

  /** A sentence of the server about one field. */
  tell(name, sentence) {
    const its = name === "by_change" ? "frames" : name;
    this.fields[its]?.tell(sentence);
    this.open(its);
  }

  open(name) {
    this.element.open = true;
    this.fields[name]?.input.focus();
  }

  clear() {
    this.format.value = DEFAULTS.format;
    this.labels.value = DEFAULTS.labels;
    this.shape.value = DEFAULTS.without_shape;
    this.frames.value = "every";
    this.every.value = DEFAULTS.every;
    this.draw();
  }

  /** The formats by the names people know, asked for once. */
  async load() {
    if (this.format.options.length > 1) return;
    const { formats } = await getJson("/api/imports/formats").catch(() => ({ formats: [] }));
    if (formats.length === 0 || this.format.options.length > 1) return;
    this.format.replaceChildren(...formats.map(({ name, title }) => h("option", { value: name }, title)));
  }

  draw() {
    const value = this.value;
    const problems = problemsOf(value);
    for (const [name, { tell }] of Object.entries(this.fields)) tell(problems[name] ?? "");
    this.every.disabled = value.by_change;
    const titleOf = (name) => [...this.format.options].find((option) => option.value === name)?.text ?? name;
    const now = Object.keys(problems).length > 0 ? "one of them needs correcting" : summaryOf(value, titleOf);
    setText(this.now, now);
    show(this.reset, now !== "");
  }
}

function choice(testid, options, onchange) {
  return h("select.ps-input", { testid, onchange }, ...options.map(([value, text]) => h("option", { value }, text)));
}

/** A label, its input, what it is for, and a place for what is wrong with it. */
function field(name, label, input, hint) {
  const id = `up-option-${name}`;
  const trouble = h("p.up-option-trouble", { id: `${id}-trouble`, testid: `import-${name}-trouble`, role: "alert" });
  const words = h("p.ps-muted", { id: `${id}-hint` }, hint);
  input.id = id;
  input.setAttribute("aria-describedby", `${id}-hint ${id}-trouble`);
  const tell = (sentence) => {
    setText(trouble, sentence);
    show(trouble, sentence !== "");
    input.setAttribute("aria-invalid", String(sentence !== ""));
  };
  return { element: h("div.up-option", {}, h("label", { htmlFor: id }, label), input, trouble, words), input, tell };
}
