// Draws the charts of the page and redraws them when the reader changes between light and dark.
"use strict";
(() => {
  const {figures, dark} = JSON.parse(document.getElementById("figures").textContent);
  const night = window.matchMedia("(prefers-color-scheme: dark)");
  const narrow = window.matchMedia("(max-width: 40rem)");
  // By default a button offers to upload the chart to Plotly's own server.
  const noUpload = {showSendToCloud: false, plotlyServerURL: ""};
  const config = {...noUpload, responsive: true, displaylogo: false, modeBarButtonsToRemove: ["lasso2d", "select2d"]};

  const recoloured = (value) => {
    if (typeof value === "string") return dark[value] ?? value;
    if (Array.isArray(value)) return value.map(recoloured);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, recoloured(inner)]));
  };

  const draw = () => {
    for (const place of document.querySelectorAll("[data-figure]")) {
      const spec = figures[place.dataset.figure];
      const {data, layout} = night.matches ? recoloured(spec) : structuredClone(spec);
      if (narrow.matches) {
        layout.xaxis = {...layout.xaxis, nticks: 4};
        for (const trace of data) if (trace.constraintext) trace.constraintext = "inside";
        layout.uniformtext = {mode: "show", minsize: 5};
      }
      Plotly.react(place, data, {...layout, autosize: true}, {...config, displayModeBar: narrow.matches ? false : "hover"})
        .catch(() => { place.textContent = "This chart could not be drawn."; });
    }
  };

  night.addEventListener("change", draw);
  narrow.addEventListener("change", draw);
  draw();
})();
