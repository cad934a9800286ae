/** Somebody saved this photograph meanwhile: both masks side by side, and the person chooses. */
import { h } from "../shell/dom.js";
import { clock, count } from "../shell/format.js";
import { compareMasks, uniteMasks } from "./compare.js";
import { openDialog } from "./dialogs.js";
import { makeInk, paintOverlay } from "./overlay.js";
import { maskBounds } from "./raster.js";
import { joinRects, wholeRect } from "./rects.js";
import { decodeRuns } from "./rle.js";
import { fitView } from "./viewport.js";

const PREVIEW = { width: 248, height: 150 };

/**
 * @param {HTMLElement} root
 * @param {{document: import("./mask_document.js").MaskDocument, picture: object, theirs: object,
 *   colours: {mask: number[], other: number[]}, onChoose: (choice: "mine"|"theirs"|"union") => void,
 *   onClose: () => void}} options
 */
export function openConflict(root, { document: mine, picture, theirs, colours, onChoose, onClose }) {
  const other = decodeRuns(theirs);
  const choose = (choice) => {
    dialog.close();
    onChoose(choice);
  };
  const area =
    joinRects(maskBounds(mine.mask), maskBounds({ ...mine.mask, data: other })) ?? wholeRect(mine.width, mine.height);
  const cards = choices(mine.mask.data, other).map(({ layers, ...words }) => {
    const canvas = drawPreview({ picture, area, layers, colours, size: mine });
    return card({ ...words, canvas, choose });
  });
  const when = theirs.created_at ? `, ${clock(theirs.created_at, new Date())}` : "";
  const who = theirs.author ? ` by ${theirs.author}` : "";
  const text =
    `Revision ${theirs.number}${who}${when} was saved while you were drawing. Nothing is lost: theirs stays in the ` +
    "revisions, yours stays in this browser until you decide.";
  const dialog = openDialog(root, {
    title: "Two masks for one photograph",
    testid: "conflict",
    onClose,
    body: [h("p", {}, text), h("div.pe-cards", {}, ...cards)],
  });
  return dialog;
}

/** The three ways out, with what each mask holds. layers: bottom first, each with the colour it is shown in. */
function choices(mine, theirs) {
  const counts = compareMasks(mine, theirs);
  return [
    {
      choice: "mine",
      title: "Mine",
      label: "Keep mine",
      pixels: counts.mine,
      note: `${count(counts.onlyMine)} px only here`,
      layers: [[mine, "mask"]],
    },
    {
      choice: "theirs",
      title: "Theirs",
      label: "Take theirs",
      pixels: counts.theirs,
      note: `${count(counts.onlyTheirs)} px only here`,
      layers: [[theirs, "other"]],
    },
    {
      choice: "union",
      title: "Both together",
      label: "Join both",
      pixels: counts.mine + counts.onlyTheirs,
      note: `${count(counts.both)} px in both`,
      layers: [
        [uniteMasks(mine, theirs), "mask"],
        [theirs, "other"],
      ],
    },
  ];
}

function card({ choice, title, label, pixels, note, canvas, choose }) {
  const button = h("button.ps-button", { testid: `conflict-${choice}`, onclick: () => choose(choice) }, label);
  return h(
    "section.pe-card",
    {},
    canvas,
    h("h4", {}, title),
    h("p", { testid: `conflict-${choice}-pixels` }, `${count(pixels)} px`),
    h("p.ps-muted", {}, note),
    button,
  );
}

/** The photograph around both masks, with the given ones over it. */
function drawPreview({ picture, area, layers, colours, size }) {
  const canvas = h("canvas", { width: PREVIEW.width, height: PREVIEW.height });
  const context = canvas.getContext("2d");
  const view = viewOf(area, size);
  context.drawImage(picture.full, view.x, view.y, size.width * view.scale, size.height * view.scale);
  const image = new ImageData(PREVIEW.width, PREVIEW.height);
  const target = { pixels: new Uint32Array(image.data.buffer), ...PREVIEW };
  const painted = layers.map(([data, colour]) => ({
    mask: { data, width: size.width, height: size.height },
    extent: wholeRect(size.width, size.height),
    ink: makeInk(colours[colour], 0.55, { hatched: colour === "other" }),
  }));
  paintOverlay(target, wholeRect(PREVIEW.width, PREVIEW.height), view, painted);
  const layer = new OffscreenCanvas(PREVIEW.width, PREVIEW.height);
  layer.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(layer, 0, 0);
  return canvas;
}

/** A view that shows `area` with a good margin around it. */
function viewOf(area, size) {
  const width = Math.max(area.x1 - area.x0, 32) * 1.6;
  const height = Math.max(area.y1 - area.y0, 32) * 1.6;
  const scale = Math.max(fitView({ width, height }, PREVIEW, 0).scale, fitView(size, PREVIEW, 0).scale);
  const centre = { x: (area.x0 + area.x1) / 2, y: (area.y0 + area.y1) / 2 };
  return {
    scale,
    x: Math.round(PREVIEW.width / 2 - centre.x * scale),
    y: Math.round(PREVIEW.height / 2 - centre.y * scale),
  };
}
