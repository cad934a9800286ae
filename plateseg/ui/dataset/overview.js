/** What the dataset holds: tiles and charts; masks that were not measured yet are, while the part is looked at. */
import { getJson, sendJson } from "../shell/api.js";
import { h } from "../shell/dom.js";
import { count, plural } from "../shell/format.js";
import { place } from "../shell/place.js";
import { barChart } from "./charts.js";
import { countedSoFar, drawsAfter, measuredWords } from "./overview_words.js";
import { Part } from "./part.js";

const STATUS = [
  ["labelled", "labelled"],
  ["no_plate", "no plate"],
  ["proposed", "proposed"],
  ["unlabelled", "unlabelled"],
  ["excluded", "excluded"],
];

export class Overview extends Part {
  constructor() {
    super("overview");
    this.tiles = h("div.pd-tiles", { testid: "tiles" });
    this.charts = h("div.pd-charts", {});
    this.element.append(this.said, this.tiles, this.charts);
    this.measuring = false;
  }

  async load() {
    const found = await this.read(() => getJson("/api/dataset/overview"));
    if (!found) return;
    this.draw(found);
    if (found.unmeasured > 0 && !this.measuring) await this.measure(found.unmeasured);
  }

  draw(found) {
    const of = (spread, unit) =>
      spread.median === undefined ? "–" : `${brief(spread.smallest)}–${brief(spread.largest)} ${unit}`;
    const soFar = measuredWords(found);
    this.tiles.replaceChildren(
      tile(count(found.items), "photographs"),
      tile(count(found.capture_groups), "captures", "a burst or video is one"),
      tile(count(found.empty), "without a plate"),
      tile(countedSoFar(found.plates, soFar), "plates", soFar),
      tile(countedSoFar(found.several_plates, soFar), "with several plates", soFar),
      tile(of(found.plate_width, "px"), "plate width", `median ${brief(found.plate_width.median)} px`, soFar),
      tile(of(found.plate_percent, "%"), "of the photograph", `median ${brief(found.plate_percent.median)} %`, soFar),
    );
    const pairs = (counts) => Object.entries(counts);
    const sizes = pairs(found.image_sizes);
    if (found.other_sizes) sizes.push(["other sizes", found.other_sizes]);
    this.charts.replaceChildren(
      barChart("Status", STATUS.map(([key, label]) => [label, found.by_status[key] ?? 0])),
      barChart("Split of the labelled", pairs(found.by_split)),
      barChart("Plate width in pixels", found.width_chart, soFar),
      barChart("Plate in per cent of the photograph", found.percent_chart, soFar),
      barChart("Plates in a photograph", pairs(found.plates_per_image), soFar),
      barChart("Photograph size", sizes),
      barChart("Colour mode of the files", pairs(found.modes)),
      barChart("Mask values, in pixels", pairs(found.mask_values), soFar),
    );
    this.element.dataset.ready = found.unmeasured ? "measuring" : "yes";
  }

  /** A second of work at a time, as long as somebody looks; the numbers fill in meanwhile. */
  async measure(left) {
    this.measuring = true;
    for (let steps = 1; left > 0 && place.isOpen("dataset"); steps += 1) {
      this.say(`Measuring masks: ${plural(left, "mask")} left. This is done once.`);
      const answer = await this.attempt(() => sendJson("POST", "/api/dataset/measure"));
      if (!answer) break;
      left = answer.left;
      if (left > 0 && drawsAfter(steps)) await this.redraw();
    }
    this.measuring = false;
    if (left > 0) return;
    this.say("");
    await this.redraw();
  }

  async redraw() {
    const found = await this.read(() => getJson("/api/dataset/overview"));
    if (found) this.draw(found);
  }
}

/** @param {number|undefined} value @returns {string} three digits are enough here */
function brief(value) {
  return value === undefined ? "–" : String(Number(value.toPrecision(3)));
}

function tile(number, words, ...more) {
  const small = more.filter(Boolean).map((line) => h("small.ps-muted", {}, line));
  return h("div.pd-tile", {}, h("b", {}, number), h("span", {}, words), ...small);
}
