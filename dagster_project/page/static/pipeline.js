// Section: the pipeline, what moved it, and what is open.
"use strict";

(() => {
  const { format, data, parts, chart, statements } = cultivar;
  const STEPS = [
    ["opening", "Opening", true], ["created", "Created"], ["came_back", "Came back"], ["transferred", "Transferred"],
    ["changed", "Amount changed"], ["won", "Won"], ["lost", "Lost"], ["disqualified", "Disqualified"], ["closing", "Closing", true],
  ];

  function movement(ctx) {
    const moved = ctx.file.movement;
    const title = "What moved the open pipeline";
    if (!moved) return parts.panel(title, "The movement of the pipeline is kept by owner and by segment, not by region or territory. Choose all, an owner or a segment.");
    const position = moved.g.findIndex((grain, index) => grain === ctx.grain && moved.p[index] === ctx.period);
    if (position < 0) return parts.panel(title, "There was no pipeline in this period.");
    const steps = STEPS.map(([name, label, isTotal]) => ({ label, value: moved[name][position], isTotal }))
      .filter((step) => step.isTotal || step.value !== 0);
    return chart.waterfall({
      title, steps, shown: format.shortMoney, source: statements.query(title, "setup", "cuts"),
      note: `Open opportunities at or past the pipeline stage, ${data.label(ctx.grain, ctx.period)}.`,
      label: `${title}: ${steps.map((step) => `${step.label} ${format.shortMoney(step.value)}`).join("; ")}`,
    });
  }

  const deals = (rows, first) => ({
    rows,
    columns: [
      { name: first, value: (row) => row.label }, { name: "Opportunities", number: true, value: (row) => row.count },
      { name: "Amount", number: true, value: (row) => row.value, show: (row) => format.money(row.value) },
      { name: "Weighted", number: true, value: (row) => row.weighted, show: (row) => format.money(row.weighted) },
    ],
  });

  function open(ctx, list, field, title) {
    if (!list || !list.length) return null;
    const rows = list.map((row) => ({
      label: row[field], value: row.amount, weighted: row.weighted, count: row.count,
      shown: `${format.shortMoney(row.amount)}, ${row.count}`,
    }));
    return chart.bars({
      title, rows, note: "All open opportunities as of the run's day, whatever period is chosen; amount and number.", source: statements.query(title, "setup", "cuts"),
      label: `${title}: ${rows.map((row) => `${row.label} ${row.shown}`).join("; ")}`,
      table: deals(rows, field === "stage" ? "Stage" : "Closing in"),
    });
  }

  cultivar.section({
    id: "pipeline",
    title: "Pipeline",
    intro: "What is open, what was added, and what left.",
    reason: "there are no opportunities.",
    has: () => data.has("opportunities_open_amount", "opportunities_won_count"),
    render(ctx) {
      return [
        parts.cards(ctx, "pipeline_open_amount", "pipeline_open_count", "P01", "P09", "P08", "P08/value", "P07", "V10"),
        movement(ctx),
        parts.grid(
          open(ctx, ctx.file.stages, "stage", "Open opportunities by stage"),
          open(ctx, ctx.file.quarters, "quarter", "Open opportunities by the quarter in which they are to close"),
          parts.trend(ctx, ["pipeline_open_amount"], { title: "Open pipeline at the end of the period", zero: true }),
          parts.trend(ctx, ["P01/amount", "P01/renewal_amount"], { title: "Pipeline generated", names: ["New and expansion", "Renewals"], zero: true }),
          parts.trend(ctx, ["P08"], { title: "Win rate", note: "The band is the target.", isBand: true, zero: true }),
          parts.trend(ctx, ["P07/won_median", "P07/lost_median"], { title: "Sales cycle, median days", names: ["Won", "Lost"], zero: true }),
          parts.trend(ctx, ["opportunities_won_amount", "opportunities_lost_amount"], { title: "Won and lost", names: ["Won", "Lost"], zero: true })),
        ...parts.group("Meetings and acceptance", parts.cards(ctx, "P02", "P02/held_rate", "P03", "P03/accept_rate", "V19")),
      ];
    },
  });
})();
