/** The whole Annotate workspace: builds its parts, wires them to the session and keeps the screen true to it. */
import { h, setText } from "../shell/dom.js";
import { clock } from "../shell/format.js";
import { Answers } from "./answers.js";
import { Banner } from "./banner.js";
import { makeRunner } from "./commands.js";
import { openConflict } from "./conflict.js";
import { Edits } from "./edits.js";
import { emptyState } from "./empty_state.js";
import { Filmstrip } from "./filmstrip.js";
import { Layers } from "./layers.js";
import { Notice } from "./notice.js";
import { Panel } from "./panel.js";
import { PlateTool } from "./plate_tool.js";
import { suggestedQuad } from "./proposals.js";
import { PointerInput } from "./pointer.js";
import { PolygonTool } from "./polygon_tool.js";
import { decodeRuns } from "./rle.js";
import { statusLine } from "./saver.js";
import { showSheet } from "./sheets.js";
import { Stage } from "./stage.js";
import { StrokeTool } from "./stroke_tool.js";
import { buildAnswers, buildOptions, buildRail } from "./toolbars.js";

export class Workspace {
  /** @param {{root: HTMLElement, session: import("./session.js").Session, preferences: object, client: object,
   *   drafts: object, place: object}} parts */
  constructor(parts) {
    Object.assign(this, parts);
    this.hidden = false;
    this.planned = false;
    this.conflict = null;
    this.stage = new Stage({
      layers: () => (this.hidden ? [] : this.layers.of(this.session)),
      guides: (context) => this.tool.draw(context),
      onView: () => this.changed(),
    });
    this.layers = new Layers(this);
    this.edits = new Edits(this);
    this.answers = new Answers(this);
    this.tools = {
      brush: new StrokeTool(this.edits, { erases: false }),
      eraser: new StrokeTool(this.edits, { erases: true }),
      polygon: new PolygonTool(this.edits),
      plate: new PlateTool(this.edits),
    };
    this.tool = this.tools.brush;
    this.run = makeRunner(this);
    this.pointer = new PointerInput(this.stage, {
      enabled: () => this.session.ready,
      tool: () => this.tool,
      onSize: (direction) => this.run(direction > 0 ? "larger" : "smaller"),
      onHover: (point) => this.#hovered(point),
    });
    this.#build();
    this.setLight({});
    this.themeChanged();
  }

  destroy() {
    this.stage.destroy();
    this.filmstrip.destroy();
  }

  /** Something changed: the screen follows once all of it is done. */
  changed() {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      this.#update();
    });
  }

  /** A photograph was opened. */
  opened() {
    for (const tool of Object.values(this.tools)) tool.drop?.();
    this.conflict?.close();
    this.hidden = false;
    this.stage.show(this.session.picture);
  }

  /** @param {"brush"|"eraser"|"polygon"|"plate"} name */
  chooseTool(name) {
    const next = this.tools[name];
    if (next !== this.tool) {
      this.tool.finish();
      this.tool.leave();
    }
    this.tool = next;
    this.stage.element.dataset.tool = name;
    if (name === "plate") this.#suggestPlate();
    this.stage.guidesChanged();
    this.changed();
  }

  finishTool() {
    this.tool.finish();
  }

  cancelTool() {
    this.tool.cancel();
  }

  dropTool() {
    if (this.tool.drop) this.tool.drop();
    else this.tool.finish();
  }

  toggleMask() {
    this.hidden = !this.hidden;
    this.stage.maskChanged();
    this.changed();
  }

  sizeChanged() {
    this.stage.guidesChanged();
    this.changed();
  }

  /** Brightness and contrast of the view; the photograph itself is not touched. */
  setLight(light) {
    for (const [name, value] of Object.entries(light)) this.preferences.set(name, value);
    const [brightness, contrast] = ["brightness", "contrast"].map((name) => this.preferences.get(name));
    this.stage.photo.style.filter =
      brightness === 1 && contrast === 1 ? "" : `brightness(${brightness}) contrast(${contrast})`;
    this.changed();
  }

  themeChanged() {
    this.layers.readTheme();
    this.stage.photoChanged();
    this.stage.maskChanged();
  }

  /** @param {object} theirs the other mask of the conflict */
  askConflict(theirs) {
    // A dialog that was just closed says so a moment later: asked again meanwhile, there is a new one to show.
    if (this.conflict?.open) return;
    const { document, picture } = this.session;
    this.session.compare({ title: "theirs", data: decodeRuns(theirs) });
    const asked = openConflict(this.root, {
      document,
      picture,
      theirs,
      colours: this.layers.colours,
      onChoose: (choice) => this.answers.resolve(choice, theirs),
      onClose: () => {
        if (this.conflict !== asked) return;
        this.conflict = null;
        if (this.session.compared?.title === "theirs") this.session.compare(null);
      },
    });
    this.conflict = asked;
  }

  #build() {
    const { run, preferences } = this;
    this.rail = buildRail(run);
    this.options = buildOptions(run, {
      size: (value) => (preferences.set("brushSize", value), this.sizeChanged()),
      opacity: (value) => this.#setOpacity(value),
      brightness: (brightness) => this.setLight({ brightness }),
      contrast: (contrast) => this.setLight({ contrast }),
    });
    this.foot = buildAnswers(run);
    this.banner = new Banner();
    this.notice = new Notice({ onGone: () => this.#noticeGone() });
    this.panel = new Panel({
      run,
      onModel: (id) => this.#modelChosen(id),
      onAutoNext: (on) => preferences.set("autoNext", on),
      onEarlier: (number) => this.#quietly(() => this.session.proposeEarlier(number)),
      onPin: (split) => this.#quietly(() => this.answers.pin(split)),
      onPeek: (number) => this.#quietly(() => this.answers.peek(number)),
      onRestore: (number) => this.#quietly(() => this.answers.restore(number)),
    });
    this.filmstrip = new Filmstrip({
      ...this,
      walk: this.session.walk,
      onOpen: (id) => (showSheet(this.root, ""), id !== this.session.item?.id && this.session.open(id)),
      onCounted: () => this.changed(),
      onFilter: () => this.session.ready && this.#quietly(() => this.session.refresh()),
    });
    this.loading = h("div.pe-loading", { "aria-hidden": "true" });
    this.comparing = h("button.ps-chip.pe-comparing", {
      testid: "comparing",
      onclick: () => this.session.compare(null),
    });
    this.stage.element.append(this.loading, this.comparing, this.notice.element);
    this.stage.element.dataset.tool = "brush";
    this.root.append(
      this.filmstrip.element,
      this.banner.element,
      this.rail.element,
      this.options.element,
      this.stage.element,
      this.foot.element,
      this.panel.element,
      emptyState(this.run),
    );
  }

  #update() {
    const { session, preferences, root } = this;
    const { saving, document, ready } = session;
    const busy = ready && saving.phase === "saving";
    if (session.item) this.filmstrip.setCurrent(session.item);
    root.dataset.state = busy ? "saving" : session.state;
    this.rail.update({
      tool: this.tool.name,
      canUndo: Boolean(document?.history.done.length),
      canRedo: Boolean(document?.history.undone.length),
      ready,
    });
    const of = (name) => preferences.get(name);
    this.options.update({
      size: this.edits.brushSize,
      opacity: of("opacity"),
      brightness: of("brightness"),
      contrast: of("contrast"),
      hidden: this.hidden,
      zoom: this.stage.view.scale * this.stage.ratio,
    });
    this.foot.update({
      status: this.#status(),
      conflict: saving.phase === "conflict",
      ready: ready && !busy,
      item: session.item,
      unsaved: Boolean(document?.dirty),
      proposed: ["offered", "compared"].includes(session.proposalPhase),
      position: this.filmstrip.standing,
    });
    this.panel.update(session, { autoNext: of("autoNext") });
    this.notice.update(session.notice);
    this.comparing.hidden = !session.compared;
    setText(this.comparing, session.compared ? `Comparing with ${session.compared.title}  ×` : "");
  }

  #status() {
    if (this.session.state === "loading") return { text: "Loading…", tone: "calm" };
    if (!this.drafts.durable) return { text: "This browser keeps no strokes: save often", tone: "bad" };
    return statusLine(this.session.saving.state, (iso) => clock(iso, new Date()));
  }

  #suggestPlate() {
    const { proposal, proposalPhase } = this.session;
    if (this.tool.quad.length || proposalPhase !== "offered") return;
    if (!proposal.value.plates.length) return;
    const quad = suggestedQuad(proposal.value);
    if (!quad) return this.session.notify("The proposal has no plate's shape: click the plate's four corners.");
    this.tool.suggest(quad);
    this.session.notify("The model's corners: drag them, Enter fills the plate, Esc starts afresh.");
  }

  #setOpacity(opacity) {
    this.preferences.set("opacity", opacity);
    this.layers.mix();
    this.stage.maskChanged();
    this.changed();
  }

  #modelChosen(id) {
    this.preferences.set("model", id);
    if (this.session.ready) this.session.propose({ asked: true });
  }

  #noticeGone() {
    this.session.notice = null;
    this.changed();
  }

  #hovered(point) {
    if (!point) this.tool.leave();
    const { item } = this.session;
    const inside = point && item && point.x >= 0 && point.y >= 0 && point.x < item.width && point.y < item.height;
    setText(this.foot.cursor, inside ? `${Math.floor(point.x)}, ${Math.floor(point.y)}` : "");
  }

  async #quietly(act) {
    try {
      await act();
    } catch (error) {
      console.error(error);
      this.session.notify(error.message, { tone: "bad" });
    }
  }
}
