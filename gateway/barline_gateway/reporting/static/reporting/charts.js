/* Draws the Plotly figures of a page: the JSON of each lies in a script element beside it. Plotly is fetched with the
   first figure, a figure is drawn when it comes near the window, and its colours follow the light or dark page. */
"use strict";

(() => {
  const here = document.currentScript.dataset;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const narrow = window.matchMedia("(max-width: 40rem)");
  const touch = window.matchMedia("(pointer: coarse)");
  const CONFIG = {
    responsive: true,
    displaylogo: false,
    showSendToCloud: false, // by default a button offers to upload the chart to Plotly's own server
    plotlyServerURL: "",
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  };
  // Plotly puts the styles of its maps into the page when it starts, unless an element with this id is there. No map is
  // drawn here, and the page's policy allows no inline styles.
  const MAP_STYLES = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";

  let loading = null;

  function loadPlotly() {
    loading ??= new Promise((resolve, reject) => {
      const styles = document.createElement("link");
      styles.id = "plotly.js-style-global";
      styles.className = "no-inline-styles";
      styles.rel = "stylesheet";
      styles.href = here.plotlyStyle;
      const marker = document.createElement("meta");
      marker.id = MAP_STYLES;
      const script = document.createElement("script");
      script.src = here.plotly;
      script.onload = resolve;
      script.onerror = () => reject(new Error("Plotly could not be loaded."));
      document.head.append(styles, marker, script);
    });
    return loading;
  }

  /** The same value with every colour replaced by its partner. */
  function recoloured(value, partners) {
    if (typeof value === "string") return partners[value] ?? value;
    if (Array.isArray(value)) return value.map((item) => recoloured(item, partners));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, recoloured(item, partners)]));
  }

  /** The figure as this page wants it: its colours, its width, and fewer labels where there is little room. */
  function specOf(place) {
    const { data, layout } = JSON.parse(document.getElementById(`figure-${place.dataset.figure}`).textContent);
    const fitted = { ...layout, autosize: true };
    delete fitted.width;
    if (narrow.matches) {
      fitted.margin = { ...layout.margin, l: 44, r: 6 };
      fitted.xaxis = { ...layout.xaxis, nticks: Math.min(4, layout.xaxis?.nticks ?? 4) };
    }
    if (narrow.matches || touch.matches) fitted.dragmode = false; // a finger on the chart scrolls the page
    const palette = document.getElementById("palette");
    const partners = palette ? JSON.parse(palette.textContent) : {};
    return recoloured({ data, layout: fitted }, dark.matches ? partners : {});
  }

  async function draw(place) {
    try {
      await loadPlotly();
      const { data, layout } = specOf(place);
      await Plotly.react(place, data, layout, {
        ...CONFIG,
        displayModeBar: narrow.matches ? false : "hover",
        toImageButtonOptions: { filename: `barline-${place.dataset.figure}` },
      });
      place.classList.add("drawn");
      place.dispatchEvent(new CustomEvent("barline:drawn", { bubbles: true }));
    } catch (error) {
      place.textContent = "This chart could not be drawn. Reload the page to try again.";
      place.classList.add("missing");
      console.error(error);
    }
  }

  const nearby = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        nearby.unobserve(entry.target);
        draw(entry.target);
      }
    },
    { rootMargin: "600px 0px" },
  );

  function watch(root) {
    for (const place of root.querySelectorAll(".plot[data-figure]")) {
      if (place.dataset.height) place.style.minHeight = `${place.dataset.height}px`;
      nearby.observe(place);
    }
  }

  const redraw = () => document.querySelectorAll(".plot.drawn").forEach(draw);

  document.addEventListener("DOMContentLoaded", () => watch(document));
  document.addEventListener("htmx:afterSwap", (event) => watch(event.detail.elt.isConnected ? event.detail.elt : document));
  document.addEventListener("htmx:beforeCleanupElement", (event) => {
    if (event.detail.elt.matches?.(".plot.drawn")) Plotly.purge(event.detail.elt);
  });
  dark.addEventListener("change", redraw);
  narrow.addEventListener("change", redraw);
})();
