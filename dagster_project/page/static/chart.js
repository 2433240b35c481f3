// Charts by Vega-Lite, each with its numbers as a table.
// Belongs here: kinds of charts. Does not belong here: what is in them.
"use strict";

(() => {
  const { h } = cultivar;
  let waiting = [];
  let drawn = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const series = () => [1, 2, 3, 4, 5, 6].map((one) => colour(`series-${one}`));

  function config() {
    const ink = colour("ink-soft");
    return {
      background: "transparent", font: "system-ui, sans-serif", aria: false,
      axis: {
        labelColor: ink, titleColor: ink, gridColor: colour("line"), domainColor: colour("line"),
        tickColor: colour("line"), labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500,
        labelLimit: 150, domain: false, ticks: false, labelPadding: 6,
      },
      axisX: { grid: false, labelAngle: 0, labelOverlap: "greedy", labelSeparation: 12 },
      legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, orient: "top", direction: "horizontal", columns: 3, title: null, labelLimit: 260 },
      view: { stroke: null }, range: { category: series() },
      bar: { cornerRadiusEnd: 3 }, line: { strokeWidth: 2.5 }, point: { size: 45, filled: true },
      text: { color: colour("ink"), fontSize: 12, font: "system-ui, sans-serif" },
    };
  }

  // A figure whose chart is drawn as soon as it stands on the page.
  function figure({ title, note, label, spec, columns, rows, source }) {
    const holder = h("div", { class: "chart", role: "img", "aria-label": label || title });
    waiting.push({ holder, spec });
    return h("figure", { class: "panel" },
      h("figcaption", {}, h("h3", {}, title), note ? h("p", { class: "note" }, note) : null),
      holder,
      h("div", { class: "folds" },
        h("details", { class: "numbers" }, h("summary", {}, "Numbers"),
          cultivar.table({ caption: title, columns, rows, isQuiet: true })),
        source));
  }

  function forget() {
    for (const one of drawn) one.finalize();
    drawn = [];
    waiting = [];
  }

  async function draw() {
    const now = waiting;
    waiting = [];
    if (now.length) await cultivar.loadScript(document.body.dataset.library);
    for (const { holder, spec } of now) {
      if (!holder.isConnected) continue;
      const result = await vegaEmbed(holder, { width: "container", autosize: { type: "fit-x", contains: "padding" }, ...spec(holder.clientWidth) }, {
        actions: false, renderer: "svg", config: config(), ast: false,
      });
      // The holder is one image with a text of its own, and its numbers stand below.
      for (const svg of holder.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
      drawn.push(result);
    }
  }

  function moneyAxis() {
    const symbol = JSON.stringify(cultivar.format.symbol());
    return { title: null, tickCount: 5, labelExpr: `(datum.value < 0 ? '−' : '') + ${symbol} + replace(format(abs(datum.value), '~s'), 'G', 'B')` };
  }
  function valueAxis(unit, id) {
    if (unit === "ratio" && !["P05", "V15", "A05"].includes(id)) return { format: ".0%", title: null, tickCount: 5 };
    if (unit === "reporting_currency") return moneyAxis();
    return { format: "~s", title: null, tickCount: 5 };
  }

  // Lines over periods. rows: {label, value, name, shown}; band: {low, high} of a target.
  function lines({ title, note, label, rows, unit, id, band, names, zero = false, table, source }) {
    const many = names.length > 1;
    const spec = () => {
      const x = { field: "label", type: "ordinal", sort: null, axis: { title: null } };
      const layers = [];
      if (band && (band.low !== null || band.high !== null)) {
        const open = band.low === null ? { y: { datum: 0 }, y2: { datum: band.high } }
          : { y: { datum: band.low }, y2: { datum: band.high === null ? Math.max(band.low, ...rows.map((row) => row.value || 0)) : band.high } };
        layers.push({ data: { values: [{}] }, mark: { type: "rect", color: colour("good-soft"), tooltip: null }, encoding: open });
        for (const edge of [band.low, band.high]) {
          if (edge !== null) layers.push({ data: { values: [{}] }, mark: { type: "rule", color: colour("good"), strokeDash: [4, 3] }, encoding: { y: { datum: edge } } });
        }
      }
      layers.push({
        data: { values: rows.filter((row) => row.value !== null) },
        mark: { type: "line", point: { filled: true, size: 36 }, color: series()[0] },
        encoding: {
          x, y: { field: "value", type: "quantitative", axis: valueAxis(unit, id), scale: { zero } },
          ...(many ? { color: { field: "name", type: "nominal", sort: names, scale: { domain: names, range: series() } } } : {}),
          tooltip: [{ field: "label", title: "Period" }, ...(many ? [{ field: "name", title: "What" }] : []), { field: "shown", title: "Value" }, { field: "cases", title: "Cases" }],
        },
      });
      return { height: 220, layer: layers };
    };
    return figure({ title, note, label, spec, source, ...table });
  }

  // Horizontal bars. rows: {label, value, shown, colour?}
  function bars({ title, note, label, rows, height, table, domain, source }) {
    const spec = () => ({
      height: height || rows.length * 34,
      data: { values: rows },
      encoding: { y: { field: "label", type: "nominal", sort: null, axis: { title: null, labelLimit: 240 } } },
      layer: [
        {
          mark: { type: "bar", color: series()[0], height: { band: 0.7 } },
          encoding: {
            x: { field: "value", type: "quantitative", axis: null, scale: { domain: domain || [0, 1.4 * Math.max(1e-9, ...rows.map((row) => row.value || 0))] } },
            ...(rows.some((row) => row.tone) ? { color: { field: "tone", type: "nominal", legend: null, scale: { domain: ["plain", "good", "bad"], range: [series()[0], colour("good"), colour("bad")] } } } : {}),
            tooltip: [{ field: "label", title: "What" }, { field: "shown", title: "Value" }],
          },
        },
        { mark: { type: "text", align: "left", dx: 6 }, encoding: { x: { field: "value", type: "quantitative" }, text: { field: "shown" } } },
      ],
    });
    return figure({ title, note, label, spec, source, ...table });
  }

  // Grouped columns over labels. rows: {label, name, value, shown}
  function columns({ title, note, label, rows, names, unit, table, stacked, source }) {
    const spec = () => ({
      height: 240,
      data: { values: rows.filter((row) => row.value !== null) },
      mark: { type: "bar" },
      encoding: {
        x: { field: "label", type: "ordinal", sort: null, axis: { title: null, ...slanted(new Set(rows.map((row) => row.label)).size > 4) } },
        ...(stacked ? {} : { xOffset: { field: "name", sort: names } }),
        y: { field: "value", type: "quantitative", axis: valueAxis(unit) },
        color: { field: "name", type: "nominal", sort: names, scale: { domain: names, range: series() } },
        tooltip: [{ field: "label", title: "Where" }, { field: "name", title: "What" }, { field: "shown", title: "Value" }],
      },
    });
    return figure({ title, note, label, spec, source, ...table });
  }

  const slanted = (isMany) => (isMany ? { labelAngle: -30, labelOverlap: false, labelAlign: "right" } : {});

  // Steps from an opening to a closing. steps: {label, value, isTotal?}
  function waterfall({ title, note, label, steps, shown, source }) {
    // Small steps on a high level would not be seen: then the axis does not begin at zero.
    const levels = [];
    for (const step of steps) levels.push(step.isTotal ? step.value : levels[levels.length - 1] + step.value);
    const [low, high] = [Math.min(...levels), Math.max(...levels)];
    const base = low > 0 && high - low < 0.35 * high ? Math.max(0, low - 0.5 * (high - low)) : 0;
    let level = 0;
    const rows = steps.map((step) => {
      const from = step.isTotal ? base : level;
      level = step.isTotal ? step.value : level + step.value;
      return {
        label: step.label, from, to: level, value: step.value, shown: shown(step.value),
        top: Math.max(from, level), kind: step.isTotal ? "total" : step.value >= 0 ? "more" : "less",
      };
    });
    const spec = (width) => ({
      height: 280,
      data: { values: rows },
      encoding: { x: { field: "label", type: "ordinal", sort: null, axis: { title: null, ...slanted(rows.length > 6) } } },
      layer: [
        {
          mark: { type: "bar", cornerRadius: 2 },
          encoding: {
            y: { field: "from", type: "quantitative", axis: moneyAxis(), scale: base ? { zero: false, domainMin: base } : { zero: true } }, y2: { field: "to" },
            color: { field: "kind", legend: null, scale: { domain: ["total", "more", "less"], range: [colour("series-1"), colour("good"), colour("bad")] } },
            tooltip: [{ field: "label", title: "Step" }, { field: "shown", title: "Amount" }],
          },
        },
        // Where they would run into each other, the numbers are below only.
        ...(width / rows.length > 55 ? [{ mark: { type: "text", dy: -8, fontSize: 11 }, encoding: { y: { field: "top", type: "quantitative" }, text: { field: "shown" } } }] : []),
      ],
    });
    return figure({
      title, note: base ? `${note} The axis does not begin at zero.` : note, label, spec, rows, source,
      columns: [{ name: "Step", value: (row) => row.label }, { name: "Amount", value: (row) => row.value, show: (row) => row.shown, number: true }],
    });
  }

  // Shares by row and column. rows: {row, column, value, shown}
  function heat({ title, note, label, rows, table, columnTitle, source }) {
    const spec = (width) => ({
      height: 30 * new Set(rows.map((row) => row.row)).size + 40,
      data: { values: rows },
      encoding: {
        x: { field: "column", type: "ordinal", sort: null, axis: { title: columnTitle, orient: "top" } },
        y: { field: "row", type: "ordinal", sort: null, axis: { title: null } },
      },
      layer: [
        {
          mark: { type: "rect", stroke: colour("surface"), strokeWidth: 2 },
          encoding: {
            color: { field: "value", type: "quantitative", legend: null, scale: { domain: [0.5, 1, 1.5], clamp: true, interpolate: "rgb", range: [colour("heat-low"), colour("heat-middle"), colour("heat-high")] } },
            tooltip: [{ field: "row", title: "Began in" }, { field: "column", title: columnTitle }, { field: "shown", title: "Left" }, { field: "detail", title: "Customers" }],
          },
        },
        { mark: { type: "text", fontSize: width < 500 ? 9 : 11, color: colour("heat-ink") }, encoding: { text: { field: "short" } } },
      ],
    });
    return figure({ title, note, label, spec, source, ...table });
  }

  cultivar.chart = { lines, bars, columns, waterfall, heat, draw, forget, colour };
})();
