/** Drawing that keeps up with fifty thousand states a minute. Pure: the clock and the wait are arguments. */

/**
 * The newest state is drawn at most every so many milliseconds; one of another phase at once.
 * @template {{phase: string}} T
 * @param {(state: T) => void} draw
 * @param {{every: number, now?: () => number, later?: (work: () => void, milliseconds: number) => void}} how
 * @returns {(state: T) => void}
 */
export function paced(draw, { every, now = () => performance.now(), later = setTimeout }) {
  let newest = null;
  let phase = null;
  let last = -Infinity;
  let waiting = false;
  const flush = () => {
    waiting = false;
    last = now();
    phase = newest.phase;
    draw(newest);
  };
  return (state) => {
    newest = state;
    if (state.phase !== phase || now() - last >= every) return flush();
    if (waiting) return undefined;
    waiting = true;
    return later(() => waiting && flush(), every);
  };
}
