// Section: recurring revenue, why it changed, and what a customer costs and brings.
"use strict";

(() => {
  const { format, data, parts, chart, statements } = cultivar;
  const STEPS = [
    ["opening", "Opening", true], ["new", "New"], ["reactivation", "Reactivation"], ["expansion", "Expansion"],
    ["contraction", "Contraction"], ["churn", "Churn"], ["transfer", "Transfer"], ["fx", "Exchange rates"], ["closing", "Closing", true],
  ];

  function waterfall(ctx) {
    const title = "ARR waterfall";
    const found = STEPS.map(([variant, label, isTotal]) => ({ label, isTotal, cell: parts.value(ctx, `V06/${variant}`) }));
    if (!found.some((step) => step.isTotal && step.cell)) {
      return parts.panel(title, ctx.grain === "all_time"
        ? "Choose a month, quarter or year: a state at the begin and the end of all time says nothing."
        : "Recurring revenue is kept by owner, region and territory, not for this cut.");
    }
    const steps = found.map((step) => ({ label: step.label, isTotal: step.isTotal, value: step.cell ? step.cell.value || 0 : 0 }))
      .filter((step) => step.isTotal || step.value !== 0);
    return chart.waterfall({
      title, steps, shown: format.shortMoney, source: statements.kpis(title, ctx, STEPS.map(([variant]) => `V06/${variant}`)),
      note: `Annual recurring revenue, ${data.label(ctx.grain, ctx.period)}.`,
      label: `${title}: ${steps.map((step) => `${step.label} ${format.shortMoney(step.value)}`).join("; ")}`,
    });
  }

  cultivar.section({
    id: "revenue",
    title: "Recurring revenue",
    intro: "What is under contract, why it changed, and what a customer costs and brings.",
    reason: "there are no subscriptions.",
    has: () => data.has("V01", "V02", "V06"),
    render(ctx) {
      return [
        parts.cards(ctx, "V02", "V01", "V02/contracted", "V08", "V07/upsell", "V07/cross_sell"),
        waterfall(ctx),
        parts.grid(
          parts.trend(ctx, ["V02/headline", "V02/contracted"], { title: "Annual recurring revenue at the end of the period", names: ["Running", "Contracted"], zero: true }),
          parts.trend(ctx, ["V06/new", "V06/expansion", "V06/contraction", "V06/churn"], { title: "What added and took away", names: ["New", "Expansion", "Contraction", "Churn"], zero: true }),
          parts.trend(ctx, ["V07/upsell", "V07/cross_sell", "V07/price"], { title: "Where expansion came from", names: ["Upsell", "Cross-sell", "Price"], zero: true })),
        ...parts.group("What a customer costs and brings", parts.cards(ctx, "V09", "V09/arpu", "V11", "V12", "V13", "V14", "V15", "V16", "V10")),
      ];
    },
  });
})();
