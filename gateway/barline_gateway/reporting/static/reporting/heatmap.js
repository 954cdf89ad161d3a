/* The map of a sweep: a click on a cell opens its backtest, and so does Enter on the cell that the arrows lead to. */
"use strict";

(() => {
  const STEPS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageUp: [10, 0], PageDown: [-10, 0] };

  const within = (value, count) => Math.max(0, Math.min(count - 1, value));

  function readable(box, value) {
    if (value === null || value === undefined) return "not defined";
    const label = box.dataset.label;
    if (label === "Trades") return value.toLocaleString("en");
    const signed = { signDisplay: "exceptZero", minimumFractionDigits: 2, maximumFractionDigits: 2 };
    if (label === "Sharpe ratio") return value.toLocaleString("en", signed);
    return value.toLocaleString("en", { ...signed, style: "percent" });
  }

  function attach(plot) {
    const box = plot.closest(".heat");
    if (!box) return;
    if (box.attached === plot) return; // drawn again, in other colours
    box.attached = plot;
    const { x: sells, y: buys, z } = plot.data[0];
    const readout = box.parentElement.querySelector(".heat-readout");
    const [bestBuy, bestSell] = (box.dataset.best ?? "").split(",").map(Number);
    const best = [Math.max(0, buys.indexOf(bestBuy)), Math.max(0, sells.indexOf(bestSell))];
    let [row, column] = best;

    const open = (buy, sell) => location.assign(`${box.dataset.cellUrl}&winbuy=${buy}&winsell=${sell}`);

    function show() {
      const half = (windows) => (windows.length > 1 ? (windows[1] - windows[0]) / 2 : 0.5);
      const [buy, sell] = [buys[row], sells[column]];
      const ink = getComputedStyle(box).color;
      const frame = {
        type: "rect", line: { color: ink, width: 2 },
        x0: sell - half(sells), x1: sell + half(sells), y0: buy - half(buys), y1: buy + half(buys),
      };
      Plotly.relayout(plot, { shapes: [frame] });
      readout.textContent = `Buy ${buy}, sell ${sell}: ${box.dataset.label} ${readable(box, z[row][column])}. Enter opens the backtest.`;
    }

    plot.on("plotly_click", ({ points }) => {
      const cell = points.find((point) => point.data.type === "heatmap");
      if (cell) open(cell.y, cell.x);
    });
    box.addEventListener("focus", () => {
      if (box.matches(":focus-visible")) show();
    });
    box.addEventListener("keydown", (event) => {
      if (event.target !== box || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter") return open(buys[row], sells[column]);
      const step = STEPS[event.key];
      if (event.key === "Home") [row, column] = best;
      else if (step) [row, column] = [within(row + step[0], buys.length), within(column + step[1], sells.length)];
      else return;
      event.preventDefault();
      show();
    });
  }

  document.addEventListener("barline:drawn", (event) => attach(event.target));
})();
