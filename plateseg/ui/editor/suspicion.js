/**
 * What a label check says of the open mask, in a sentence. Pure.
 * @param {{kind: string, iou: number, proposal: number}} suspect iou: in 0..1, of the mask and the model's; proposal:
 *   revision of the model's mask, 0 for none
 * @returns {string}
 */
export function suspicion({ kind, iou, proposal }) {
  const words = {
    missing: "The label check sees a plate that is not drawn.",
    extra: "The label check sees no plate here: N if it is right.",
    shape: `The label check draws another outline (IoU ${iou.toFixed(2)}).`,
    box: "This is an upright box, but the plate hangs: draw its four corners (Q).",
  };
  return `${words[kind] ?? words.shape}${proposal && kind !== "extra" ? " A takes the model's." : ""} K keeps yours.`;
}
