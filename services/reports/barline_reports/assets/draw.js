// Draws figures with kaleido's Plotly, in kaleido's page, and gives their SVG as paper needs it: the same for the same
// figure, without what cannot be seen, in as few elements as it takes.
//
// One call draws all of them: kaleido's own calc_fig loads the page anew after each, which costs ten times the drawing. A
// figure that fails gives its message instead of a picture and leaves the others alone. All of this is done here and not
// where the pages are laid out, because that process has the most to do, and this one would only wait for it.
(async (specs, names) => {
  const UNUSED = new Set(["white-space", "pointer-events", "cursor", "vector-effect"]);
  const OPAQUE = new Set(["opacity", "fill-opacity", "stroke-opacity"]);
  const measure = document.createElement("canvas").getContext("2d");
  let fontSet = null;
  const short = (number) => String(+number.toFixed(3));
  const PLAIN = /^[MLZ\d.,-]*$/; // a course with straight lines in absolute places only
  const is = (element, ...kinds) => kinds.includes(element.localName);

  const hexadecimal = (value) =>
    value.replace(/rgb\((\d+), (\d+), (\d+)\)/g, (_, ...parts) =>
      "#" + parts.slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join(""));

  // The declarations of a `style` that matter on paper; most elements share theirs with many others.
  const known = new Map();
  const declarations = (style) => {
    if (!known.has(style))
      known.set(style, style.split(";").map((one) => {
        const [name, ...rest] = one.split(":");
        return [name.trim(), hexadecimal(rest.join(":").trim())];
      }).filter(([name, value]) => name && value && !UNUSED.has(name)));
    return known.get(style);
  };

  // A layout parses each `style` as a stylesheet.
  const styleAsAttributes = (element) => {
    const style = element.getAttribute("style");
    for (const name of ["style", "class", "data-notex", "data-unformatted", "data-math"]) element.removeAttribute(name);
    if (!style) return;
    for (const [name, value] of declarations(style)) {
      const saysNothing = OPAQUE.has(name) && value === "1" && !element.closest(`[${name}]`);
      if (!saysNothing) element.setAttribute(name, value);
    }
  };

  // Plotly's ids are random.
  const renameIds = (picture, prefix) => {
    const renamed = new Map();
    for (const element of picture.querySelectorAll("[id]")) {
      const id = `${prefix}-${renamed.size + 1}`;
      renamed.set(element.id, id);
      element.id = id;
    }
    for (const element of picture.querySelectorAll("*"))
      for (const {name, value} of [...element.attributes]) {
        if (!value.includes("#")) continue;
        const [, before, id, after] = /^(url\(['"]?[^#]*#|#)([^'")]+)(.*)$/.exec(value) || [];
        if (renamed.has(id)) element.setAttribute(name, before.startsWith("url") ? `url(#${renamed.get(id)})` : `#${renamed.get(id)}${after}`);
      }
  };

  // A text that is centred or ends at a place costs a layout as much as a page of its own, so it is told where it begins.
  // It is measured large, because small letters are as wide as whole pixels.
  const begin = (text) => {
    const share = {middle: 0.5, end: 1}[text.getAttribute("text-anchor")];
    if (!share || text.childElementCount || text.hasAttribute("dx")) return;
    const font = `${text.getAttribute("font-weight") || 400} 1000px ${text.getAttribute("font-family")}`;
    if (font !== fontSet) measure.font = fontSet = font; // which takes longer than to measure
    const width = measure.measureText(text.textContent).width * parseFloat(text.getAttribute("font-size")) / 1000;
    if (!(width > 0)) return; // its size is said further up
    text.setAttribute("x", (parseFloat(text.getAttribute("x") || 0) - width * share).toFixed(2));
    text.removeAttribute("text-anchor");
  };

  // A course of straight lines in absolute places (M, L and Z), moved; null when it has a curve, which is not worth the trouble.
  const straight = (course, dx, dy) => {
    if (/[^MLHVZmlhvz\d.,\s+-]/.test(course)) return null;
    let [x, y, startX, startY, drawn] = [dx, dy, dx, dy, ""];
    for (const [, letter, rest] of course.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
      const command = letter.toUpperCase();
      if (command === "Z") {
        [x, y] = [startX, startY];
        drawn += "Z";
        continue;
      }
      const numbers = (rest.match(/[-+]?[\d.]+/g) || []).map(Number);
      const step = command === "H" || command === "V" ? 1 : 2;
      for (let rank = 0; rank < numbers.length; rank += step) {
        const [originX, originY] = letter === command ? [dx, dy] : [x, y];
        if (command !== "V") x = originX + numbers[rank];
        if (command !== "H") y = originY + numbers[rank + step - 1];
        const begins = command === "M" && rank === 0;
        if (begins) [startX, startY] = [x, y];
        drawn += `${begins ? "M" : "L"}${short(x)},${short(y)}`;
      }
    }
    return drawn;
  };

  // A text or a path that is only moved to its place names the place itself.
  const settle = (shape) => {
    const transform = shape.getAttribute("transform") || "translate(0)";
    const [, dx, dy] = /^translate\(\s*([-+\d.]+)(?:[,\s]+([-+\d.]+))?\s*\)$/.exec(transform) || [];
    if (dx === undefined || shape.hasAttribute("clip-path")) return;
    const by = [Number(dx), Number(dy || 0)];
    if (is(shape, "path")) {
      const course = shape.getAttribute("d");
      if (PLAIN.test(course) && !by[0] && !by[1]) return;
      const settled = straight(course, ...by);
      if (settled === null) return;
      shape.setAttribute("d", settled);
    } else if (shape.childElementCount || (!by[0] && !by[1])) return;
    else for (const [rank, name] of ["x", "y"].entries())
      shape.setAttribute(name, short(parseFloat(shape.getAttribute(name) || 0) + by[rank]));
    shape.removeAttribute("transform");
  };

  const STROKE = /^M[-\d.,]+L[-\d.,]+$/;
  const BAR = /^M([-\d.]+),([-\d.]+)L([-\d.]+),([-\d.]+)L([-\d.]+),([-\d.]+)L[-\d.,]+Z$/;

  // Which way round a bar is drawn: where two overlap that differ in this, one path of both would have a hole.
  const turn = ([, ...places]) => {
    const [ax, ay, bx, by, cx, cy] = places.map(Number);
    return Math.sign((bx - ax) * (cy - by) - (by - ay) * (cx - bx));
  };

  // What a path is drawn with, when a neighbour drawn with the same may become part of it: a line, or a bar without an edge;
  // nothing that one sees through, since there an overlap shows, and no gradient, which has the extent of its shape.
  const penOf = (shape) => {
    const course = is(shape, "path") ? shape.getAttribute("d") : "";
    if (!course.startsWith("M") || [...OPAQUE].some((name) => shape.closest(`[${name}]`))) return null;
    const bar = BAR.exec(course);
    const isBar = bar && parseFloat(shape.getAttribute("stroke-width")) === 0;
    if (shape.getAttribute("fill") !== "none" && !isBar) return null;
    const pen = [...shape.attributes].filter(({name}) => name !== "d").map(({name, value}) => `${name}=${value}`).sort().join(";");
    return pen.includes("url(") ? null : isBar ? `${pen};${turn(bar)}` : pen;
  };

  // Neighbours drawn with one pen become one path: the grid of an axis, the pieces of a line with gaps. Five thousand of
  // them take a layout half a minute otherwise.
  const join = (group) => {
    let [first, pen, courses] = [null, null, []];
    const write = () => { if (courses.length > 1) first.setAttribute("d", courses.join("")); };
    for (const shape of [...group.children]) {
      const its = penOf(shape);
      if (its !== null && its === pen) {
        courses.push(shape.getAttribute("d"));
        shape.remove();
      } else {
        write();
        [first, pen, courses] = [shape, its, [shape.getAttribute("d")]];
      }
    }
    write();
  };

  // A stroke has nothing to fill, and a fill that nobody sees is none.
  const withoutFill = (path) => {
    if (path.getAttribute("fill-opacity") === "0") path.removeAttribute("fill-opacity");
    else if (!STROKE.test(path.getAttribute("d"))) return;
    path.setAttribute("fill", "none");
  };

  const isStroked = (shape) => {
    const said = (name) => shape.closest(`[${name}]`)?.getAttribute(name);
    const isSeen = said("stroke-opacity") !== "0" && parseFloat(said("stroke-width") ?? 1) !== 0;
    return isSeen && (said("stroke") ?? "none") !== "none";
  };

  const isUnseen = (shape) => shape.getAttribute("fill-opacity") === "0" && !isStroked(shape); // what the mouse is caught with

  const simplify = (element) => {
    for (const child of [...element.children]) simplify(child);
    if (is(element, "rect", "path") && isUnseen(element)) element.remove();
    else if (is(element, "path") && !element.getAttribute("d")) element.remove();
    else if (is(element, "text")) { begin(element); settle(element); }
    else if (is(element, "path")) { settle(element); withoutFill(element); }
    else if (is(element, "g") && !element.childElementCount) element.remove();
    else if (is(element, "g") && !element.attributes.length) element.replaceWith(...element.children);
  };

  const forPaper = (svg, name) => {
    const picture = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    if (!is(picture, "svg") || picture.querySelector("parsererror")) throw new Error("its SVG cannot be read");
    for (const element of [picture, ...picture.querySelectorAll("*")]) styleAsAttributes(element);
    renameIds(picture, name);
    for (const child of [...picture.children]) simplify(child);
    for (const group of [picture, ...picture.querySelectorAll("g")]) join(group);
    return new XMLSerializer().serializeToString(picture);
  };

  const answers = [];
  for (const [rank, spec] of specs.entries()) {
    try {
      const answer = await kaleido_scopes.plotly(spec);
      answers.push(answer.result ? {...answer, result: forPaper(answer.result, names[rank])} : answer);
    } catch (error) {
      answers.push({code: 1, message: String(error), result: null});
    }
  }
  return JSON.stringify(answers);
})
