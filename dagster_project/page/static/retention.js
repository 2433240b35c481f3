// Section: what is left of customers and of their revenue.
"use strict";

(() => {
  const { format, data, parts, chart, table, statements } = cultivar;

  function cohorts(file, share, title, note) {
    if (!file || !file.cohorts || !file.cohorts.length) return null;
    const rows = file.cohorts.map((row) => {
      const value = share(row);
      return {
        row: row.from_start ? `${row.cohort} or before` : row.cohort, column: row.months, value,
        shown: format.percent(value), short: value === null ? "" : `${Math.round(value * 100)}`,
        detail: `${row.paying} of ${row.customers}`,
      };
    });
    const names = [...new Set(rows.map((row) => row.row))];
    const months = [...new Set(rows.map((row) => row.column))].sort((a, b) => a - b);
    return chart.heat({
      title, note, rows, columnTitle: "Months since the first paid month", source: statements.query(title, "retention"),
      label: `${title}: ${names.length} cohorts over ${months[months.length - 1]} months`,
      table: {
        rows: names,
        columns: [{ name: "Began in", value: (name) => name }, ...months.map((month) => {
          const of = (name) => rows.find((row) => row.row === name && row.column === month);
          return { name: `${month} months`, number: true, value: (name) => (of(name) ? of(name).value : null), show: (name) => (of(name) ? of(name).shown : null) };
        })],
      },
    });
  }

  cultivar.section({
    id: "retention",
    title: "Retention",
    intro: "What is left of customers and of their revenue.",
    reason: "there is no recurring revenue.",
    has: () => data.has("V03", "V04", "V05", "V01"),
    async render(ctx) {
      const file = await cultivar.load("retention");
      const lost = (file && file.shrunk) || [];
      return [
        parts.cards(ctx, "V04", "V03", "V05", "V17", "V17/on_time", "V18"),
        parts.grid(
          parts.trend(ctx, ["V04", "V03"], { title: "Revenue left of a year ago", names: ["With growth (net)", "Without (gross)"] }),
          parts.trend(ctx, ["V05"], { title: "Customers left of a year ago" }),
          parts.trend(ctx, ["V17/headline", "V17/on_time"], { title: "Contracts renewed, of those that ended", names: ["Renewed", "On time"], zero: true })),
        ...parts.group("Cohorts of all customers, whatever is chosen above",
          cohorts(file, (row) => (row.first_arr ? row.arr / row.first_arr : null), "Revenue left, in percent", "ARR of the customers that began in a quarter, of what it was in their first month. Shown once the whole cohort is that old."),
          cohorts(file, (row) => (row.customers ? row.paying / row.customers : null), "Customers left, in percent", "Customers that still pay, of those that began in the quarter.")),
        lost.length ? parts.panel("Who left or shrank most in the last twelve months", null, table({
          caption: "Who left or shrank most in the last twelve months", isQuiet: true, rows: lost,
          columns: [
            { name: "Customer", value: (row) => row.customer },
            { name: "ARR a year ago", number: true, value: (row) => row.opening, show: (row) => format.money(row.opening) },
            { name: "Change", number: true, value: (row) => row.change, show: (row) => format.money(row.change) },
            { name: "Left", value: (row) => (row.churned ? "Left" : "Shrank") },
          ],
        }), statements.query("Who left or shrank", "retention")) : null,
      ];
    },
  });
})();
