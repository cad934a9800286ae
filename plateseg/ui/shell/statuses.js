/** Where a photograph stands, in the page's words, and by what of it lists are chosen. Pure. */

export const STATUS_NAMES = {
  unlabelled: "Unlabelled",
  proposed: "Proposed",
  labelled: "Labelled",
  no_plate: "No plate",
  excluded: "Excluded",
};

/** What waits for a person: a proposal is a model's word and answers nothing. */
const TO_DO = ["unlabelled", "proposed"];

/** The choices of a list, as the server names them ("" for all) and with their labels. */
export const STATUS_FILTERS = [
  ["", "All"],
  ["todo", "To do"],
  ...["proposed", "labelled", "no_plate", "excluded"].map((status) => [status, STATUS_NAMES[status]]),
];

/**
 * @param {{status: string, split: string}} item
 * @param {{status: string, split: string}} filter
 * @returns {boolean} whether the filter holds the item
 */
export function passes(item, filter) {
  const wanted = filter.status === "todo" ? TO_DO : [filter.status || item.status];
  return wanted.includes(item.status) && (!filter.split || filter.split === item.split);
}
