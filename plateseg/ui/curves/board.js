/** The board of runs: the table, the settings in which compared runs differ, and the selected run's photographs. */
import { h, setText, show } from "../shell/dom.js";
import { Differences } from "./differences.js";
import { Photographs } from "./photographs.js";
import { SnapshotLink } from "./snapshotlink.js";
import { verdictTitle } from "./standing.js";
import { Standings } from "./standings.js";

export class Board {
  /**
   * @param {{onSelect: (id: number) => void, onCompare: (id: number, shown: boolean) => void,
   *   onError: (error: Error) => void}} handlers
   */
  constructor({ onSelect, onCompare, onError }) {
    this.onError = onError;
    this.standings = new Standings({ onSelect, onCompare });
    this.differences = new Differences();
    this.photographs = new Photographs();
    this.name = h("h2", { testid: "board-run" });
    this.verdict = h("p.rc-numbers", { testid: "board-verdict" });
    this.snapshot = new SnapshotLink("board-snapshot");
    /** Where the selected run's buttons stand. */
    this.actions = h("div");
    /** Where the selected run's figures stand. */
    this.figures = h("div");
    this.chosen = h("div.rc-chosen", {}, h("div", {}, this.name, this.verdict, this.snapshot.element), this.actions);
    const parts = [this.standings, this.differences, this.photographs].map((part) => part.element);
    this.element = h("div.rc-board", { testid: "board" }, parts[0], this.chosen, this.figures, ...parts.slice(1));
  }

  /**
   * @param {import("./runstate.js").RunView[]} runs
   * @param {{selected: number|null, compared: Set<number>, shown: import("./runstate.js").RunView[]}} marks shown: the
   *   selected run first, then those whose box is ticked
   */
  draw(runs, { selected, compared, shown }) {
    this.standings.draw(runs, { selected, compared });
    const [run, other] = shown[0]?.id === selected ? shown : [undefined, undefined];
    show(this.chosen, run !== undefined);
    if (run) setText(this.name, run.name);
    if (run) this.snapshot.draw(run, "Snapshot ");
    if (run) setText(this.verdict, run.champion ? "★ The champion: it proposes masks and predicts." : verdictTitle(run));
    this.differences.draw(shown).catch(this.onError);
    this.photographs.draw(run, other).catch(this.onError);
  }
}
