/**
 * Many files, a few at a time, each tried again while the server is away. Pure: sending, waiting and telling are
 * arguments.
 */

import { bytes } from "../shell/format.js";

/** Waits between tries, in milliseconds; after the last one the person is asked. */
export const WAITS = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * @template T
 * @param {T[]} files
 * @param {(file: T) => Promise<void>} send rejects with an error that has a status (0: not reached)
 * @param {{parallel: number, wait: (milliseconds: number) => Promise<void>, signal: AbortSignal,
 *   onSent?: (file: T) => void, onRefused?: (file: T, error: Error) => void, onRetry?: (waiting: boolean) => void}} how
 * @returns {Promise<void>} rejects with the last error when the server stays away; what was sent stays sent
 */
export async function sendAll(files, send, how) {
  let next = 0;
  let failure = null;
  const lane = async () => {
    while (next < files.length && failure === null && !how.signal.aborted) {
      try {
        await sendOne(files[next++], send, how);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(how.parallel, files.length) }, lane));
  how.signal.throwIfAborted();
  if (failure) throw failure;
}

async function sendOne(file, send, how) {
  for (let tries = 0; ; tries++) {
    try {
      await send(file);
      how.onRetry?.(false);
      how.onSent?.(file);
      return;
    } catch (error) {
      how.signal.throwIfAborted();
      if (!isPassing(error.status)) {
        if (concernsAll(error.status)) throw error;
        how.onRefused?.(file, error);
        return;
      }
      if (tries === WAITS.length) throw error;
      how.onRetry?.(true);
      await how.wait(WAITS[tries]);
      how.signal.throwIfAborted();
    }
  }
}

/**
 * Why a file need not even be sent.
 * @param {number} size in bytes
 * @param {number} most the largest that the server takes
 * @returns {string} "" for one that may go
 */
export function sizeTrouble(size, most) {
  if (size <= most) return "";
  return `It has ${bytes(size)}; files up to ${bytes(most)} are taken here. Cut a video into parts, or import it at the command line.`;
}

/** @param {number} status @returns {boolean} whether trying again may help: not reached, overloaded, restarting */
export function isPassing(status) {
  return [0, 408, 429, 502, 503, 504].includes(status);
}

/** @param {number} status @returns {boolean} whether every other file would meet the same: import gone, disk full */
export function concernsAll(status) {
  return [401, 403, 404, 409, 410, 507].includes(status);
}
