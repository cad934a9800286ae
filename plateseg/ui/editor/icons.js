/** Line icons on a 24 x 24 grid. */

const PATHS = {
  brush: "M14.5 4.5l5 5L10 19l-2 .5M14.5 4.5 5 14M14.5 4.5l2-2 5 5-2 2M5 14c-2 1-1 4-3 6 3 1 6 1 8-1",
  eraser: "M8 20h12M4.5 14.5l9-9a2 2 0 0 1 2.8 0l3.2 3.2a2 2 0 0 1 0 2.8L11 20H8l-3.5-3.5a1.4 1.4 0 0 1 0-2zM9 10l6 6",
  polygon: "M12 3l8.5 6.5-3 10.5h-11l-3-10.5zM12 3v0M20.5 9.5v0",
  plate: "M4.5 8.5l15-2v9l-15 2zM3 7h3v3H3zM18 5h3v3h-3zM18 14h3v3h-3zM3 16h3v3H3z",
  holes: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM8.5 9h7M7.5 12h9M8.5 15h7",
  clear: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
  undo: "M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  redo: "M15 7l5 5-5 5M20 12H10a6 6 0 0 0-6 6",
  eye: "M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  eyeOff:
    "M4 4l16 16M9.5 5.8A10 10 0 0 1 12 5.5C18.4 5.5 22 12 22 12a17 17 0 0 1-3 3.6M6 7.6A17 17 0 0 0 2 12s3.6 6.5 10 6.5c1.5 0 2.8-.3 4-.8M10 10a3 3 0 0 0 4 4",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M8.5 8.5h7v7h-7z",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  skip: "M5 5l7 7-7 7M13 5l7 7-7 7",
  check: "M4.5 12.5l5 5 10-11",
  none: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.7 5.7l12.6 12.6",
  save: "M5 4h11l3.5 3.5V20H5zM8 4v5h7V4M8 20v-6h8v6",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  contrast: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M12 8h7.5M12 12h9M12 16h7.5",
  opacity: "M12 3s6.5 6.8 6.5 11.3a6.5 6.5 0 0 1-13 0C5.5 9.8 12 3 12 3zM8.5 15a3.5 3.5 0 0 0 3.5 3.5",
  size: "M7 14a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM15.5 4a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z",
  keys: "M3 6.5h18v11H3zM6.5 10h0M10 10h0M14 10h0M17.5 10h0M7 14h10",
  spark: "M12 3l2 6.5L20.5 12 14 14.5 12 21l-2-6.5L3.5 12 10 9.5z",
  restore: "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 2",
  close: "M6 6l12 12M18 6L6 18",
  panel: "M4 5h16v14H4zM14.5 5v14",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6h0M4.5 12h0M4.5 18h0",
};

/** @param {keyof typeof PATHS} name @returns {SVGElement} */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("pe-icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
