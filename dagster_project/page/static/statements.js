// The SQL behind the numbers, to be run on the published file.
// Belongs here: statements from what is shown, and the fold that holds them. Does not belong here:
// how KPIs are computed; MetricFlow and the page's own queries say that.
"use strict";

(() => {
  const { h, data } = cultivar;

  const text = (value) => `'${String(value).replaceAll("'", "''")}'`;
  const list = (values) => values.map(text).join(", ");

  function ofCut(cut) {
    if (cut.type === "all") return "segment_type = 'all'";
    if (cut.type !== "region") return `segment_type = ${text(cut.type)} and segment_id = ${text(cut.id)}`;
    return `segment_type = 'territory' and segment in (\n        select territory_name from marts.dim_territory where region = ${text(cut.id)}\n    )`;
  }

  function columns(entry, cut) {
    if (cut.type !== "region") return "value, numerator, denominator, n, status";
    const value = entry.type === "ratio" ? "sum(numerator) / nullif(sum(denominator), 0)" : "sum(numerator)";
    return `${value} as value, sum(numerator) as numerator, sum(denominator) as denominator, sum(n) as n`;
  }

  const which = (entry) => `kpi_id = ${text(entry.id)} and variant = ${text(entry.variant)}`;

  function start(grain, period) {
    const day = grain === "day" ? cultivar.get("run").as_of : data.periods(grain).start[period];
    return `period_grain = ${text(grain)} and period_start = date ${text(day)}`;
  }

  // One number of a KPI, as it is published.
  function ofValue(ctx, entry, cell) {
    const grain = cell && cell.isToday ? "day" : ctx.grain;
    const cut = data.cut();
    return `select ${columns(entry, cut)}\nfrom marts.fct_kpi\nwhere ${which(entry)}\n    and ${start(grain, ctx.period)}\n    and ${ofCut(cut)};`;
  }

  // The numbers of some KPIs until a period.
  function ofHistory(entries, grain, until) {
    const cut = data.cut();
    return entries.map((entry) => [
      `select period_start, ${columns(entry, cut)}`, "from marts.fct_kpi", `where ${which(entry)}`,
      `    and period_grain = ${text(grain)} and period_start <= date ${text(data.periods(grain).start[until])}`,
      `    and ${ofCut(cut)}`, ...(cut.type === "region" ? ["group by period_start"] : []), "order by period_start;",
    ].join("\n")).join("\n\n");
  }

  // The numbers of all segments of a kind in one period.
  function ofSegments(ctx, segmentType, entries) {
    const pairs = entries.map((entry) => `(${list([entry.id, entry.variant])})`).join(", ");
    return `select segment, kpi_id, variant, value, n\nfrom marts.fct_kpi\nwhere (kpi_id, variant) in (${pairs})\n    and ${start(ctx.grain, ctx.period)}\n    and segment_type = ${text(segmentType)}\norder by segment, kpi_id, variant;`;
  }

  async function ofMetrics(entries) {
    const { metrics } = await cultivar.load("statements");
    return entries.map((entry) => metrics[`${entry.id}/${entry.variant}`]).filter(Boolean).map(({ metric, sql }) =>
      `-- How it comes from its cases, by month: metric ${metric}, also by\n-- make query ARGS="--metrics ${metric} --group-by metric_time__month"\n${sql};`);
  }

  // What the page itself asked, where it shows more than KPIs.
  async function ofQueries(...names) {
    const { queries } = await cultivar.load("statements");
    return names.map((name) => queries[name]);
  }

  // A fold that brings its statements when it is opened.
  function behind(what, statements) {
    const body = h("div", {});
    const fold = h("details", {
      class: "sql",
      ontoggle: async () => {
        if (!fold.open || body.childElementCount) return;
        const note = h("p", { class: "note" }, "For the published file, cultivar.duckdb.");
        const texts = await statements();
        body.replaceChildren(note, ...texts.map((one) =>
          h("pre", { tabindex: "0", role: "region", "aria-label": `SQL of ${what}` }, h("code", {}, one))));
      },
    }, h("summary", { "aria-label": `SQL of ${what}` }, "SQL"), body);
    return fold;
  }

  // Several numbers of one period, by reference.
  const kpis = (title, ctx, references) => {
    const entries = references.map(data.find).filter(Boolean);
    return behind(title, async () => [
      ...entries.map((entry) => ofValue(ctx, entry, data.cell(ctx.file, entry, ctx.grain, ctx.period))), ...(await ofMetrics(entries)),
    ]);
  };
  const kpi = (ctx, entry, cell) => behind(entry.name, async () => [ofValue(ctx, entry, cell), ...(await ofMetrics([entry]))]);
  const history = (title, entries, grain, until) => behind(title, async () => [ofHistory(entries, grain, until), ...(await ofMetrics(entries))]);
  const segments = (title, ctx, segmentType, entries) => behind(title, async () => [ofSegments(ctx, segmentType, entries), ...(await ofMetrics(entries))]);
  const query = (title, ...names) => behind(title, () => ofQueries(...names));

  cultivar.statements = { kpi, kpis, history, segments, query };
})();
