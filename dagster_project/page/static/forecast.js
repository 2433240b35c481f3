// Section: what the pipeline is worth, and how far forecasts can be trusted.
"use strict";

(() => {
  const { format, data, parts, chart, statements } = cultivar;

  function calibration(file) {
    if (!file || !file.calibration || !file.calibration.length) return null;
    const names = ["Won, of those closed", "CRM's probability", "Stage map's probability"];
    const rows = file.calibration.flatMap((row) => [row.won_share, row.crm, row.stage_default].map((value, index) => ({
      label: row.stage, name: names[index], value, shown: format.percent(value),
    })));
    return chart.columns({
      title: "Calibration: how often deals won that had reached a stage", names, rows, unit: "ratio", source: statements.query("Calibration", "forecast"),
      note: "Closed opportunities of all types. Where the first column is far from the others, a pipeline weighted by those is wrong by as much.",
      label: file.calibration.map((row) => `${row.stage}: won ${format.percent(row.won_share)}, CRM said ${format.percent(row.crm)}`).join("; "),
      table: {
        rows: file.calibration,
        columns: [
          { name: "Stage", value: (row) => row.stage },
          { name: "Closed", number: true, value: (row) => row.closed }, { name: "Won", number: true, value: (row) => row.won },
          { name: names[0], number: true, value: (row) => row.won_share, show: (row) => format.percent(row.won_share) },
          { name: names[1], number: true, value: (row) => row.crm, show: (row) => format.percent(row.crm) },
          { name: names[2], number: true, value: (row) => row.stage_default, show: (row) => format.percent(row.stage_default) },
        ],
      },
    });
  }

  cultivar.section({
    id: "forecast",
    title: "Forecast",
    intro: "What the open pipeline is worth, and how well earlier forecasts did.",
    reason: "there are no opportunities.",
    has: () => data.has("P06", "P10"),
    async render(ctx) {
      const file = await cultivar.load("forecast");
      const quarter = ctx.grain === "fiscal_quarter" || ctx.grain === "all_time" ? ctx : null;
      return [
        parts.cards(ctx, "P06/crm_probability", "P06/stage_probability", "P06/empirical_probability", "pipeline_open_amount"),
        parts.grid(
          parts.trend(ctx, ["P06/crm_probability", "P06/stage_probability", "P06/empirical_probability"], { title: "Weighted pipeline, by whose probability", names: ["CRM", "Stage map", "Own history"], zero: true }),
          calibration(file)),
        ...(quarter ? parts.group("Forecasts of closed quarters",
          parts.cards(ctx, "P10/accuracy_commit_day_1", "P10/bias_commit_day_1", "P10/accuracy_best_case_day_1", "P10/bias_best_case_day_1"),
          parts.grid(
            parts.trend(ctx, ["P10/accuracy_commit_day_1", "P10/accuracy_commit_30_days_before", "P10/accuracy_best_case_day_1"], { title: "Forecast accuracy", note: "1 less the misses of each owner, of what was booked; below zero where they missed by more than that.", names: ["Commit, day 1", "Commit, 30 days before", "Best case, day 1"] }),
            parts.trend(ctx, ["P10/bias_commit_day_1", "P10/bias_commit_30_days_before", "P10/bias_best_case_day_1"], { title: "Forecast bias", note: "Above zero: more was forecast than booked.", names: ["Commit, day 1", "Commit, 30 days before", "Best case, day 1"] })))
          : [parts.panel("Forecasts of closed quarters", "Forecasts are judged by fiscal quarter: choose one above.")]),
        ...parts.group("Evenness of bookings", parts.cards(ctx, "P11/last_14_days_by_close_date", "P11/month_3_share_by_close_date", "P11/gini_by_close_date", "P11/last_14_days_by_system_time")),
      ];
    },
  });
})();
