// Parts that sections are made of: cards, trends, definitions, tables of KPIs.
// Belongs here: what several sections use. Does not belong here: a section.
"use strict";

(() => {
  const { h, format, data, statements } = cultivar;
  const POINTS = { month: 13, fiscal_quarter: 13, fiscal_year: 6 };

  function definition(entry) {
    const row = (term, text) => (text ? [h("dt", {}, term), h("dd", {}, text)] : []);
    return h("details", { class: "definition" },
      h("summary", { "aria-label": `Definition of ${entry.name}` }, "Definition"),
      h("dl", {},
        row("What it says", entry.definition), row("Numerator", entry.numerator),
        row("Denominator", entry.denominator), row("Time", entry.time),
        row("Empty or left out", entry.null_rule), row("Traps", entry.traps),
        row("What others reach", entry.benchmark && `${entry.benchmark} (${format.words(entry.benchmark_strength || "")})`),
        row("Named", `${entry.id} ${entry.variant}, version ${entry.version}, of ${format.words(entry.owner.replaceAll("-", "_"))}`)));
  }

  // What stands behind a number: what it means, and where it comes from.
  const folds = (ctx, entry, cell) => h("div", { class: "folds" }, definition(entry), statements.kpi(ctx, entry, cell));

  function targetText(entry) {
    const show = (value) => format.byUnit(value, entry.unit, entry.id);
    if (entry.low !== null && entry.high !== null) return `target ${show(entry.low)} to ${show(entry.high)}`;
    if (entry.low !== null) return `target at least ${show(entry.low)}`;
    if (entry.high !== null) return `target at most ${show(entry.high)}`;
    return null;
  }

  // How a value lies to its target, in words; the colour only repeats them.
  function status(entry, cell) {
    if (!cell || !cell.status) return null;
    const isGood = cell.status === "within" || cell.status === (entry.direction === "up" ? "above" : "below");
    const text = { within: "On target", above: "Above target", below: "Below target" }[cell.status];
    return h("span", { class: `status ${isGood ? "good" : "bad"}` }, text);
  }

  const isState = (entry) => /^(snapshot|closed cohort|trailing)/.test(entry.time);

  // A period that goes on is not held against a whole one, where it counts what happens.
  function changeOf(ctx, entry) {
    const now = data.cell(ctx.file, entry, ctx.grain, ctx.period);
    if (!now || now.isToday) return null;
    const goesOn = !data.isComplete(ctx.grain, ctx.period);
    if (goesOn && !isState(entry) && ["sum", "count", "distinct_count"].includes(entry.type)) return null;
    // Coverage falls from the first day of a quarter to the last.
    if (goesOn && entry.id === "P05") return null;
    const before = data.cell(ctx.file, entry, ctx.grain, ctx.period - 1);
    return before ? format.change(now.value, before.value, entry.unit, entry.id) : null;
  }

  function changeText(ctx, entry) {
    const change = changeOf(ctx, entry);
    if (!change) return null;
    const better = change.by === 0 ? "" : (change.by > 0) === (entry.direction === "up") ? "good" : "bad";
    return h("span", { class: `change ${better}` }, change.text,
      h("span", { class: "visually-hidden" }, better === "good" ? " (better)" : better === "bad" ? " (worse)" : ""));
  }

  function sparkline(ctx, entry) {
    const until = ctx.grain === "all_time" ? Infinity : ctx.period;
    const grain = ctx.grain === "all_time" ? "fiscal_quarter" : ctx.grain;
    const points = data.history(ctx.file, entry, grain, until === Infinity ? 1e6 : until, until === Infinity ? 1e7 : 13)
      .filter((point) => point.value !== null).slice(-13);
    if (points.length < 2) return null;
    const values = points.map((point) => point.value);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const place = points.map((point, index) => [
      2 + (index * 96) / (points.length - 1), high === low ? 15 : 27 - ((point.value - low) * 24) / (high - low),
    ]);
    return h("svg", { class: "spark", viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
      h("polyline", { points: place.map((xy) => xy.map((one) => one.toFixed(1)).join(",")).join(" ") }));
  }

  function casesText(ctx, entry, cell) {
    if (!cell || cell.value === null) return null;
    const told = [];
    if (cell.isToday) told.push("as of the run's day");
    if (entry.type === "ratio" && cell.denominator !== null && entry.unit === "ratio") {
      const show = (value) => (Math.abs(value) >= 10000 ? format.compact(value) : format.byUnit(value, "count"));
      told.push(`${show(cell.numerator)} of ${show(cell.denominator)}`);
    } else if (cell.n !== null && entry.unit !== "count") told.push(`${format.whole(cell.n)} ${cell.n === 1 ? "case" : "cases"}`);
    if (cell.isLow) told.push("few");
    if (cell.isRestated) told.push("changed since the books were closed");
    return told.length ? told.join(", ") : null;
  }

  // Why there is no value, and the last one that there was.
  function whyEmpty(ctx, entry, cell) {
    const last = data.history(ctx.file, entry, ctx.grain, ctx.period, 1e6).filter((point) => point.value !== null).slice(-1)[0];
    if (last) return `not known yet or no case; last ${format.byUnit(last.value, entry.unit, entry.id)} in ${data.label(ctx.grain, last.period)}`;
    if (cell) return "no case";
    const other = ["month", "fiscal_quarter", "fiscal_year"].find((grain) => data.series(ctx.file, entry, grain));
    if (other) return other === ctx.grain ? "no case in this period" : `kept by ${format.words(other).toLowerCase()} only`;
    return "no value in this period";
  }

  function card(ctx, reference) {
    const entry = data.find(reference);
    if (!entry) return null;
    const cell = data.cell(ctx.file, entry, ctx.grain, ctx.period);
    const value = cell ? cell.value : null;
    return h("article", { class: "card", "data-kpi": `${entry.id}/${entry.variant}`, "data-value": value },
      h("h3", {}, entry.name),
      h("p", { class: "value" }, format.byUnit(value, entry.unit, entry.id), status(entry, cell)),
      h("p", { class: "beside" }, changeText(ctx, entry), targetText(entry) && ctx.cut === 0 ? h("span", {}, targetText(entry)) : null),
      sparkline(ctx, entry),
      h("p", { class: "cases" }, value === null ? whyEmpty(ctx, entry, cell) : casesText(ctx, entry, cell)),
      folds(ctx, entry, cell));
  }

  // Cards of what is kept for the cut; what is not is named in one line.
  function cards(ctx, ...references) {
    const entries = references.map((reference) => [reference, data.find(reference)]).filter(([, entry]) => entry);
    const kept = entries.filter(([, entry]) => data.isKept(ctx.file, entry));
    const others = entries.filter(([, entry]) => !data.isKept(ctx.file, entry)).map(([, entry]) => entry.name);
    if (!entries.length) return null;
    return h("div", {},
      h("div", { class: "cards" }, kept.map(([reference]) => card(ctx, reference))),
      others.length ? h("p", { class: "note between" }, `Not kept for this cut: ${others.join("; ")}.`) : null);
  }

  // Lines of one or more KPIs of one unit over the periods until the chosen one.
  function trend(ctx, references, { title, note, names, isBand, zero } = {}) {
    const entries = references.map(data.find);
    if (entries.every((entry) => !entry)) return null;
    const grain = ctx.grain === "all_time" ? "fiscal_quarter" : ctx.grain;
    const until = ctx.grain === "all_time" ? data.periods(grain).label.length - 1 : ctx.period;
    const rows = entries.flatMap((entry, index) => (entry ? data.history(ctx.file, entry, grain, until, POINTS[grain]) : []).map((cell) => ({
      label: data.label(grain, cell.period), value: cell.value, cases: cell.n, period: cell.period,
      name: names ? names[index] : entry.name,
      shown: format.byUnit(cell.value, entry.unit, entry.id),
    })));
    if (!rows.some((row) => row.value !== null)) return null;
    const first = entries.find(Boolean);
    const used = [...new Set(rows.map((row) => row.name))];
    const labels = [...new Set(rows.map((row) => row.period))].sort((a, b) => a - b);
    const latest = rows.filter((row) => row.value !== null).slice(-1)[0];
    return cultivar.chart.lines({
      title: title || first.name, note, rows: rows.sort((a, b) => a.period - b.period), unit: first.unit, id: first.id, names: used, zero,
      label: `${title || first.name} by period, ${labels.length} periods; last ${latest.label}: ${latest.shown}`,
      source: statements.history(title || first.name, entries.filter(Boolean), grain, until),
      band: isBand && ctx.cut === 0 ? { low: first.low, high: first.high } : null,
      table: {
        rows: labels.reverse(),
        columns: [
          { name: "Period", value: (period) => period, show: (period) => data.label(grain, period) },
          ...used.map((name) => {
            const of = (period) => rows.find((row) => row.period === period && row.name === name);
            return { name, number: true, value: (period) => (of(period) ? of(period).value : null), show: (period) => (of(period) ? of(period).shown : null) };
          }),
        ],
      },
    });
  }

  // A table of segments (owners, territories, lead sources) and KPIs of the chosen period.
  function board(ctx, file, references, { caption, first, note, segmentType }) {
    if (!file) return null;
    const entries = references.map(([reference, name]) => ({ entry: data.find(reference), name })).filter(({ entry }) => entry);
    const bySegment = new Map();
    for (const one of file.series) {
      if (one.g !== ctx.grain) continue;
      const position = one.p.indexOf(ctx.period);
      if (position < 0) continue;
      if (!bySegment.has(one.i)) bySegment.set(one.i, { name: format.words(one.s), cells: new Map() });
      bySegment.get(one.i).cells.set(one.k, { value: one.v[position], n: one.n[position], isLow: (one.low || []).includes(one.p[position]) });
    }
    const rows = [...bySegment.values()].filter((row) => [...row.cells.values()].some((cell) => cell.value !== null));
    const columns = entries.filter(({ entry }) => rows.some((row) => row.cells.has(entry.index))).map(({ entry, name }) => ({
      name: name || entry.name, number: true,
      value: (row) => (row.cells.get(entry.index) || {}).value,
      show: (row) => {
        const cell = row.cells.get(entry.index);
        if (!cell || cell.value === null) return null;
        return h("span", { title: `${cell.n} cases`, class: cell.isLow ? "low" : null }, format.byUnit(cell.value, entry.unit, entry.id));
      },
    }));
    if (!rows.length || !columns.length) return null;
    return panel(caption, note, cultivar.table({ caption, isQuiet: true, rows, columns: [{ name: first, value: (row) => row.name }, ...columns] }),
      statements.segments(caption, ctx, segmentType, entries.map(({ entry }) => entry)));
  }

  function panel(title, note, ...body) {
    return h("section", { class: "panel" }, h("h3", {}, title), note ? h("p", { class: "note" }, note) : null, body);
  }

  const grid = (...children) => h("div", { class: "grid" }, children);
  const group = (title, ...children) => {
    const filled = children.filter((child) => child && (!child.matches || !child.matches(".grid:empty")));
    return filled.length ? [h("h2", { class: "group" }, title), ...filled] : [];
  };
  const value = (ctx, reference) => {
    const entry = data.find(reference);
    return entry ? data.cell(ctx.file, entry, ctx.grain, ctx.period) : null;
  };

  cultivar.parts = { folds, status, targetText, changeOf, changeText, sparkline, card, cards, trend, board, panel, grid, group, value };
})();
