// Section: the lead funnel, response times and hand-offs.
"use strict";

(() => {
  const { format, data, parts, chart, statements } = cultivar;
  const STEPS = [
    ["inquiry", "New leads"], ["working", "Worked"], ["marketing_qualified", "Marketing qualified"],
    ["sales_accepted", "Sales accepted"], ["sales_qualified", "Sales qualified"], ["converted", "Converted"],
  ];

  function flow(ctx) {
    const rows = STEPS.map(([variant, label]) => ({ label, cell: parts.value(ctx, `F01/${variant}`) }))
      .filter((row) => row.cell)
      .map((row) => ({ label: row.label, value: row.cell.value, shown: format.whole(row.cell.value) }));
    if (!rows.length) return null;
    return chart.bars({
      title: "Leads that entered each stage", rows,
      source: statements.kpis("Leads that entered each stage", ctx, STEPS.map(([variant]) => `F01/${variant}`)),
      note: "By the day of entry: the stages of one period are not one cohort.",
      label: rows.map((row) => `${row.label}: ${row.shown}`).join("; "),
      table: { rows, columns: [{ name: "Stage", value: (row) => row.label }, { name: "Leads", number: true, value: (row) => row.value, show: (row) => row.shown }] },
    });
  }

  cultivar.section({
    id: "leads",
    title: "Leads and response",
    intro: "How leads move, how soon people of ours answer, and what becomes of hand-offs.",
    reason: "there are no leads.",
    has: () => data.has("F01", "F02", "F03", "F04"),
    async render(ctx) {
      const sources = ctx.cut === 0 ? await cultivar.load("board_lead_source") : null;
      return [
        parts.cards(ctx, "F01", "F03", "F03/inquiry_to_marketing_qualified", "F03/marketing_qualified_to_sales_accepted", "F03/sales_accepted_to_opportunity", "F03/opportunity_to_won"),
        parts.grid(
          flow(ctx),
          parts.trend(ctx, ["F01/inquiry", "F01/marketing_qualified", "F01/converted"], { title: "Lead flow", names: ["New leads", "Marketing qualified", "Converted"], zero: true }),
          parts.trend(ctx, ["F03"], { title: "Lead conversion", note: "By the period in which the lead was created; cohorts that are too young are left out.", zero: true }),
          parts.trend(ctx, ["F01/recycled", "F01/disqualified"], { title: "Leads that left the funnel", names: ["Recycled", "Disqualified"], zero: true })),
        ...parts.group("Response to inbound leads",
          parts.cards(ctx, "F02", "F02/business_minutes_median", "F02/within_sla", "F02/within_sla_business", "F02/untouched_share"),
          parts.grid(
            parts.trend(ctx, ["F02/within_sla", "F02/within_sla_business", "F02/untouched_share"], { title: "Answered in time, and not at all", names: ["In time", "In time, business hours", "Never answered"], zero: true }),
            parts.trend(ctx, ["F02/business_minutes_median"], { title: "Median response time in business hours, minutes", zero: true }))),
        ...parts.group("Hand-offs to sales",
          parts.cards(ctx, "F04", "F04/accept_rate", "F05", "F06", "F08", "P03"),
          parts.grid(parts.trend(ctx, ["F04/within_sla", "F04/accept_rate", "F06"], { title: "Hand-offs", names: ["Answered in time", "Accepted of those decided", "Complete"], zero: true }))),
        parts.board(ctx, sources, [["F01", "New leads"], ["F03", "Conversion"], ["F02/within_sla", "Answered in time"], ["P01", "Pipeline generated"], ["opportunities_won_amount", "Won amount"], ["P08", "Win rate"]], { caption: "By lead source", segmentType: "lead_source", first: "Lead source" }),
      ];
    },
  });
})();
