/** What the person set, kept in this browser. */

const KEY = "plateseg.editor";

const DEFAULTS = {
  brushSize: 0,
  opacity: 0.45,
  autoNext: true,
  model: "champion",
  brightness: 1,
  contrast: 1,
  status: "",
  split: "",
};

/** Reads once, writes on every change. brushSize 0: not chosen yet. */
export class Preferences {
  constructor(storage = safeStorage()) {
    this.storage = storage;
    this.values = { ...DEFAULTS, ...read(storage) };
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    this.values[name] = value;
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.values));
    } catch (error) {
      console.warn("plateseg: settings are not kept in this browser", error);
    }
  }
}

function read(storage) {
  try {
    const stored = JSON.parse(storage?.getItem(KEY) ?? "{}");
    // What an earlier version kept: photographs left it as soon as a model had proposed something.
    if (stored.status === "unlabelled") stored.status = "todo";
    const known = Object.entries(stored).filter(([name, value]) => typeof value === typeof DEFAULTS[name]);
    return Object.fromEntries(known);
  } catch (error) {
    console.warn("plateseg: settings could not be read", error);
    return {};
  }
}

/** Reading window.localStorage throws where cookies are blocked. */
function safeStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch (error) {
    console.warn("plateseg: this browser keeps no settings", error);
    return null;
  }
}

/** Brush sizes the slider offers: fine steps for small brushes. 0..100 -> 1..400 pixels. */
export function sizeFromSlider(position) {
  return Math.max(1, Math.round(Math.exp((position / 100) * Math.log(400))));
}

/** @returns {number} slider position 0..100 of a size */
export function sliderFromSize(size) {
  return (Math.log(size) / Math.log(400)) * 100;
}

/** The next size up or down: about an eighth, at least one pixel. */
export function steppedSize(size, direction) {
  const change = Math.max(1, Math.round(size / 8));
  return Math.min(400, Math.max(1, size + direction * change));
}
