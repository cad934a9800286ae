/** Where files come in: dropped anywhere on the tab, chosen by a button, or drawn by the server. */
import { h } from "../shell/dom.js";
import { place } from "../shell/place.js";
import { chosenFiles, droppedFiles, holdsFiles } from "./walk.js";

/** @typedef {import("./walk.js").Chosen} Chosen */

export class DropZone {
  /**
   * @param {HTMLElement} room the whole tab; a drop beside the zone counts, too
   * @param {{onFiles: (chosen: Chosen[]) => void, onLooking: (found: number|null) => void,
   *   onDrawn: () => void, onTrouble: (sentence: string) => void}} handlers onLooking: files found so far, null for an end
   *   without any
   * @param {HTMLElement} options what is folded away below the words
   */
  constructor(room, { onFiles, onLooking, onDrawn, onTrouble }, options) {
    this.onFiles = onFiles;
    this.onLooking = onLooking;
    this.onTrouble = onTrouble;
    const files = this.input("file-input", {});
    const folder = this.input("folder-input", { webkitdirectory: true });
    this.buttons = [
      h("button.ps-button.primary", { testid: "choose-files", onclick: () => files.click() }, "Choose files"),
      h("button.ps-button", { testid: "choose-folder", onclick: () => folder.click() }, "Choose a folder"),
      h("button.ps-button", { testid: "drawn-plates", onclick: onDrawn }, "Try it on drawn plates"),
    ];
    this.buttons[2].title = "Imports a small synthetic set, most of it with masks, to walk the whole loop without photographs";
    const words = h("p.up-drop-title", {}, "Drop photographs, videos, a folder or a ZIP here");
    const hint = h(
      "p.ps-muted",
      {},
      "With masks or without: the mask of image1.jpg is image1.png or image1.jpg.png, in a folder “masks” or beside it, white where the plate is. Sets of COCO, YOLO, LabelMe, CVAT, Pascal VOC, VIA, Label Studio, CCPD and lists of corners are recognised.",
    );
    this.element = h("div.up-drop", { testid: "drop-zone" }, words, h("div.up-drop-buttons", {}, ...this.buttons), hint, options, files, folder);
    this.listen(room);
  }

  /** While an import is under way another one cannot begin. */
  setBusy(busy) {
    this.busy = busy;
    for (const button of this.buttons) button.disabled = busy;
    this.element.classList.toggle("busy", busy);
  }

  input(testid, props) {
    const element = h("input", { type: "file", multiple: true, testid, ...props });
    element.hidden = true;
    element.addEventListener("change", () => {
      const chosen = chosenFiles(element.files);
      element.value = "";
      if (this.isFree()) this.take(chosen);
    });
    return element;
  }

  listen(room) {
    const mark = (over) => this.element.classList.toggle("over", over);
    room.addEventListener("dragover", (event) => holdsFiles(event) && mark(true));
    room.addEventListener("dragleave", (event) => !room.contains(event.relatedTarget) && mark(false));
    room.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      mark(false);
      void this.drop(event);
    });
    // A drop that misses the tab would make the browser leave the page and show the picture.
    for (const name of ["dragover", "drop"]) {
      window.addEventListener(name, (event) => place.isOpen("upload") && holdsFiles(event) && event.preventDefault());
    }
  }

  async drop(event) {
    event.preventDefault();
    if (!this.isFree()) return;
    const looking = droppedFiles(event.dataTransfer, (found) => this.onLooking(found));
    this.onLooking(0);
    this.take(await looking);
  }

  isFree() {
    if (this.busy) this.onTrouble("One import at a time: this one is still under way. Drop the files again after it.");
    return !this.busy;
  }

  take(chosen) {
    if (chosen.length > 0) return this.onFiles(chosen);
    this.onLooking(null);
    return this.onTrouble("There were no files in what was chosen. Choose images, a folder with images, or a ZIP.");
  }
}
