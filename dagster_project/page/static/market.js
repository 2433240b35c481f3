// Section: whether there is enough pipeline for the quota, and enough market for the pipeline.
"use strict";

(() => {
  const { format, data, parts, chart, statements } = cultivar;

  function market(ctx) {
    const steps = [
      ["R05/sam_of_tam", "Serviceable, of the market"], ["R05/crm_of_tam", "In the CRM, of the market"],
      ["R05/tal_of_sam", "On the target list, of the serviceable"], ["R05/engaged_of_tal", "Engaged, of the target list"], ["R05/won_of_tal", "Won, of the target list"],
    ];
    const rows = steps.map(([reference, label]) => ({ label, cell: parts.value(ctx, reference) })).filter((row) => row.cell && row.cell.value !== null)
      .map((row) => ({ label: row.label, value: row.cell.value, shown: `${format.percent(row.cell.value)} (${format.whole(row.cell.numerator)} of ${format.whole(row.cell.denominator)})` }));
    if (!rows.length) return null;
    return chart.bars({
      title: "The market", rows, note: "As of the run's day.", domain: [0, 1.6],
      source: statements.kpis("The market", ctx, steps.map(([reference]) => reference)),
      label: rows.map((row) => `${row.label}: ${row.shown}`).join("; "),
      table: { rows, columns: [{ name: "Share", value: (row) => row.label }, { name: "Value", number: true, value: (row) => row.value, show: (row) => row.shown }] },
    });
  }

  cultivar.section({
    id: "coverage",
    title: "Coverage",
    intro: "Whether there is enough pipeline for the quota, and how much of the market is reached.",
    reason: "there are no quotas and no list of the market.",
    has: () => data.has("P05", "R05"),
    async render(ctx) {
      const owners = ctx.cut === 0 ? await cultivar.load("board_owner") : null;
      return [
        parts.cards(ctx, "P05/current_quarter_remaining", "P05/current_quarter_quota", "P05/next_quarter_remaining", "P05/next_quarter_quota"),
        parts.grid(
          parts.trend(ctx, ["P05/current_quarter_remaining", "P05/next_quarter_remaining"], { title: "Open pipeline to what is missing of the quota", note: "At the end of each period: 1 means that all of it would have to be won.", names: ["Current quarter", "Next quarter"], zero: true }),
          parts.trend(ctx, ["P05/current_quarter_remaining_early", "P05/next_quarter_remaining_early"], { title: "The same early in the quarter", names: ["Current quarter", "Next quarter"], zero: true }),
          market(ctx)),
        parts.board(ctx, owners, [["P05/current_quarter_remaining", "Coverage, current quarter"], ["P05/next_quarter_remaining", "Coverage, next quarter"], ["pipeline_open_amount", "Open pipeline"], ["R01", "Quota attained"]], { caption: "By owner", segmentType: "owner", first: "Owner" }),
      ];
    },
  });
})();
