/** Numbers, durations and times as a person reads them. Pure. */

const COUNT = new Intl.NumberFormat("en");

/** @param {number} value @returns {string} 10000 -> "10,000" */
export function count(value) {
  return COUNT.format(value);
}

/** @param {number} value @returns {string} "1 file", "3 files" */
export function plural(value, one, many = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** @param {number|null|undefined} seconds @returns {string} "45 s", "12 min", "2 h 05 min", "3 d 4 h" */
export function duration(seconds) {
  if (!isNumber(seconds) || seconds < 0) return "–";
  if (seconds < 1) return "under 1 s";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** @param {number|null|undefined} seconds @returns {string} "12 min left", "" when it is not known */
export function eta(seconds) {
  return isNumber(seconds) && seconds >= 0 ? `${duration(seconds)} left` : "";
}

/** @param {number|null|undefined} value 0..1 @returns {string} three decimals, "–" when there is none */
export function ratio(value) {
  return isNumber(value) ? value.toFixed(3) : "–";
}

/** @param {number|null|undefined} value @returns {string} four significant digits without exponent clutter */
export function short(value) {
  if (!isNumber(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(2).replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}

/** @param {number|null|undefined} mebibytes @returns {string} "2.3 GB", "640 MB" */
export function memory(mebibytes) {
  if (!isNumber(mebibytes)) return "–";
  return mebibytes >= 1000 ? `${(mebibytes / 1024).toFixed(1)} GB` : `${Math.round(mebibytes)} MB`;
}

/** @param {number} size in bytes @returns {string} "34 MB" */
export function bytes(size) {
  if (size < 1024) return `${size} B`;
  if (size < 1024 ** 2) return `${Math.round(size / 1024)} KB`;
  if (size < 10 * 1024 ** 2) return `${(size / 1024 ** 2).toFixed(1)} MB`;
  return size < 1024 ** 3 ? `${Math.round(size / 1024 ** 2)} MB` : `${(size / 1024 ** 3).toFixed(1)} GB`;
}

/**
 * @param {string|null|undefined} iso time as ISO-8601 @param {Date} now
 * @returns {string} "14:02" today, "21 Nov 14:02" before, "" for none; in the browser's zone
 */
export function clock(iso, now) {
  const time = iso ? new Date(iso) : null;
  if (!time || Number.isNaN(time.getTime())) return "";
  const hour = `${String(time.getHours()).padStart(2, "0")}:${String(time.getMinutes()).padStart(2, "0")}`;
  if (time.toDateString() === now.toDateString()) return hour;
  const day = `${time.getDate()} ${time.toLocaleString("en", { month: "short" })}`;
  return time.getFullYear() === now.getFullYear() ? `${day} ${hour}` : `${day} ${time.getFullYear()} ${hour}`;
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}
