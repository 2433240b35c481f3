// Section: the KPIs against their targets, at a glance, and all of them as a table.
"use strict";

(() => {
  const { h, format, data, parts } = cultivar;
  const GLANCE = [
    "P01", "opportunities_won_amount", "pipeline_open_amount", "P06", "F01", "F03", "A09",
    "V02", "V17", "R01", "Q01", "active_workspaces",
  ];
  const AREAS = { A: "Accounts", F: "Leads", P: "Pipeline", V: "Revenue", M: "Marketing", S: "Product", R: "People", Q: "Quality" };
  const area = (entry) => (/^[A-Z]\d\d$/.test(entry.id) ? AREAS[entry.id[0]] : entry.id.startsWith("active") ? AREAS.S : AREAS.P);

  function allKpis(ctx) {
    const order = Object.values(AREAS);
    const rows = cultivar.get("meta").kpis.filter((entry) => entry.headline && data.isKept(ctx.file, entry))
      .map((entry) => ({ entry, cell: data.cell(ctx.file, entry, ctx.grain, ctx.period), change: parts.changeOf(ctx, entry) }))
      .sort((one, other) => order.indexOf(area(one.entry)) - order.indexOf(area(other.entry)));
    return parts.panel("All KPIs", "One row a KPI, in the variant that is shown where only one is. Open a definition beside its name.",
      cultivar.table({
        caption: "All KPIs of the chosen period", isQuiet: true, rows, limit: 15,
        columns: [
          { name: "KPI", isWide: true, value: (row) => row.entry.name, show: (row) => h("div", {}, row.entry.name, parts.folds(ctx, row.entry, row.cell)) },
          { name: "Area", value: (row) => area(row.entry) },
          { name: "Value", number: true, value: (row) => (row.cell ? row.cell.value : null), show: (row) => format.byUnit(row.cell ? row.cell.value : null, row.entry.unit, row.entry.id) },
          { name: "Change", number: true, value: (row) => (row.change ? row.change.by : null), show: (row) => parts.changeText(ctx, row.entry) },
          { name: "Target", value: (row) => parts.targetText(row.entry), show: (row) => { const text = parts.targetText(row.entry); return text && text.replace("target ", ""); } },
          { name: "Status", value: (row) => (row.cell ? row.cell.status : null), show: (row) => parts.status(row.entry, row.cell) },
          { name: "Cases", number: true, value: (row) => (row.cell ? row.cell.n : null), show: (row) => format.whole(row.cell ? row.cell.n : null) },
          { name: "Trend", sortable: false, value: () => null, show: (row) => parts.sparkline(ctx, row.entry) },
        ],
      }));
  }

  function notShown() {
    const missing = cultivar.get("meta").missing || [];
    const hidden = cultivar.sections.filter((section) => section.has && !section.has());
    if (!missing.length && !hidden.length) return null;
    return parts.panel("Not shown, since there is nothing to show",
      "What this company has no data for is left out of this page.",
      hidden.length ? h("ul", {}, hidden.map((section) => h("li", {}, h("strong", {}, section.title), ": ", section.reason))) : null,
      missing.length ? h("details", {}, h("summary", {}, `${missing.length} KPIs, and what each needs`),
        h("ul", {}, missing.map((one) => h("li", {}, `${one.name} (${one.id}): needs ${one.needs.replaceAll("_", " ")}`)))) : null);
  }

  cultivar.section({
    id: "overview",
    title: "Overview",
    intro: "Where the company stands, and where it misses what it aims at.",
    render(ctx) {
      const targets = cultivar.get("meta").kpis.filter((entry) => entry.low !== null || entry.high !== null);
      return [
        ...parts.group("Against targets", parts.cards(ctx, ...targets.map((entry) => `${entry.id}/${entry.variant}`))),
        ...parts.group("At a glance", parts.cards(ctx, ...GLANCE)),
        allKpis(ctx),
        notShown(),
      ];
    },
  });
})();
