/** The Upload page: drop zone, progress, report and gallery. `mount(element)` is called by shell/host.js. */
import { getJson } from "../shell/api.js";
import { h, setText, show } from "../shell/dom.js";
import { place } from "../shell/place.js";
import { loadStyle } from "../shell/style.js";
import { DropZone } from "./dropzone.js";
import { Exporter } from "./exporter.js";
import { Gallery } from "./gallery.js";
import { Importer } from "./importer.js";
import { ImportOptions } from "./importoptions.js";
import { paced } from "./pacing.js";
import { Progress } from "./progress.js";
import { Report } from "./report.js";

/** The synthetic set a newcomer walks the loop with; the unlabelled rest is there to see proposals on. */
const DRAWN = { count: 48, labelled: 40 };

/** Milliseconds between two drawings of how far an import is. */
const DRAW_EVERY = 120;

/** @param {HTMLElement} element an empty div */
export async function mount(element) {
  await Promise.all(["./upload.css", "./importing.css"].map((sheet) => loadStyle(new URL(sheet, import.meta.url))));
  element.classList.add("up-root");
  const page = new UploadPage(element);
  await page.start();
}

class UploadPage {
  constructor(element) {
    this.options = new ImportOptions();
    this.importer = new Importer(paced((state) => this.show(state), { every: DRAW_EVERY }), () => this.options.body);
    const handlers = {
      onFiles: (chosen) => this.take(chosen),
      onLooking: (found) => this.importer.look(found),
      onDrawn: () => this.begin(() => this.importer.draw(DRAWN.count, DRAWN.labelled)),
      onTrouble: (sentence) => this.say(sentence),
    };
    this.zone = new DropZone(element, handlers, this.options.element);
    this.progress = new Progress({ onCancel: () => this.importer.cancel(), onRetry: () => this.importer.retry() });
    this.report = new Report({ onAnnotate: () => place.go({ tab: "annotate" }) });
    this.exporter = new Exporter();
    this.gallery = new Gallery();
    this.said = h("p.ps-notice.warn", { testid: "upload-said", role: "status" });
    this.said.hidden = true;
    const top = h("div.up-top", {}, this.zone.element, this.said, this.progress.element, this.report.element);
    element.append(top, this.exporter.element, this.gallery.element);
  }

  async start() {
    place.watch((now) => now.tab === "upload" && void this.refresh());
    addEventListener("beforeunload", (event) => this.importer.state.phase === "sending" && event.preventDefault());
    void this.importer.resume();
    await Promise.all([this.gallery.load(), this.readReport()]);
  }

  /** A report that cannot be had is no reason to trouble anyone: the gallery says when the server is away. */
  async readReport() {
    const { report, at } = await getJson("/api/imports/latest").catch(() => ({ report: null, at: null }));
    if (report && this.importer.state.phase !== "done") this.report.draw(report, at, new Date());
  }

  /** Nothing is sent before the options can be: a folder of fifty thousand files is not read twice for a typing error. */
  take(chosen) {
    if (this.options.isValid()) return this.begin(() => this.importer.start(chosen));
    this.importer.look(null);
    return this.say("Nothing was sent: one of the options cannot be. Mend it, then drop the files again.");
  }

  begin(work) {
    show(this.said, false);
    void work();
  }

  say(sentence) {
    setText(this.said, sentence);
    show(this.said, true);
  }

  /** @param {import("./importer.js").ImportState} state */
  show(state) {
    this.progress.draw(state);
    this.zone.setBusy(this.importer.busy);
    if (state.phase === "sending" || state.phase === "importing") show(this.report.element, false);
    if (state.field) this.options.tell(state.field, state.error);
    if (state.phase !== "done") return;
    const now = new Date();
    this.report.draw(state.report, now.toISOString(), now);
    void this.refresh();
  }

  refresh() {
    return Promise.all([this.gallery.load(), this.exporter.ask()]);
  }
}
