// Section: whether the numbers can be trusted: the run, its checks, every row.
"use strict";

(() => {
  const { h, format, parts, table, statements } = cultivar;
  const whole = (name, field) => ({ name, number: true, value: (row) => row[field], show: (row) => format.whole(row[field]) });

  function balance(file) {
    const rows = file.balance || [];
    const [total, open] = rows.reduce(([one, two], row) => [one + row.rows_in, two + Math.abs(row.unexplained)], [0, 0]);
    return parts.panel("Every row is accounted for",
      open ? `${format.whole(open)} of ${format.whole(total)} rows are unaccounted for.` : `All ${format.whole(total)} rows that came in are in the marts, quarantined, or excluded.`,
      table({
        caption: "Rows by source and kind", isQuiet: true, rows, limit: 15,
        columns: [
          { name: "Kind", value: (row) => format.words(row.entity) }, { name: "Source", value: (row) => row.source },
          whole("In", "rows_in"), whole("In the marts", "rows_out"), whole("Quarantined", "quarantined"), whole("Excluded", "excluded"), whole("Unexplained", "unexplained"),
        ],
      }));
  }

  cultivar.section({
    id: "health",
    title: "Run health",
    isOfRunDay: true,
    intro: "Whether these numbers can be trusted: how fresh they are, what was checked, and that no row was lost.",
    async render() {
      const [run, file] = [cultivar.get("run"), await cultivar.load("health")];
      const checks = file.checks || [];
      const count = (field) => checks.reduce((sum, row) => sum + row[field], 0);
      return [
        h("div", { class: "cards" }, [
          ["As of", format.day(run.as_of), run.data_end_on ? `the data end on ${format.day(run.data_end_on)}` : run.time_zone],
          ["Rows in", format.whole((file.balance || []).reduce((sum, row) => sum + row.rows_in, 0)), "of all sources"],
          ["Rules that hold", `${format.whole(count("passed"))} of ${format.whole(count("passed") + count("failed"))}`, "kinds of record and rules"],
          ["Tables published", format.whole(run.tables.length), `${format.whole(run.tables.reduce((sum, one) => sum + one.rows, 0))} rows`],
          ["Changes to closed books", format.whole((file.restatements || []).length), "the last 100 at most"],
        ].map(([name, value, note]) => h("article", { class: "card" }, h("h3", {}, name), h("p", { class: "value" }, value), h("p", { class: "cases" }, note)))),
        balance(file),
        parts.grid(
          parts.panel("Checks by severity", "stop halts the run before anything is published, block keeps a record out, warn reports.", table({
            caption: "Checks by severity", isQuiet: true, rows: checks,
            columns: [{ name: "Severity", value: (row) => row.severity, show: (row) => h("span", { class: `tag ${row.severity}` }, row.severity) }, whole("Hold", "passed"), whole("Broken", "failed"), whole("Records", "failed_rows")],
          })),
          parts.panel("How fresh each kind is", "Days between the last record and the run's day.", table({
            caption: "Freshness", isQuiet: true, rows: file.freshness || [],
            columns: [{ name: "Kind", value: (row) => row.what }, { name: "Source", value: (row) => row.source }, { name: "Last on", value: (row) => row.last_on, show: (row) => format.day(row.last_on) }, whole("Days", "days"), whole("Rows", "rows")],
          }))),
        (file.excluded || []).length ? parts.panel("Left out on purpose", "Own, test and deleted records.", table({ caption: "Excluded rows", isQuiet: true, rows: file.excluded, columns: [{ name: "Kind", value: (row) => format.words(row.entity) }, { name: "Source", value: (row) => row.source }, whole("Rows", "rows")] })) : null,
        (file.restatements || []).length ? parts.panel("Changes to closed books", null, table({
          caption: "Changes to closed books", isQuiet: true, rows: file.restatements, limit: 15,
          columns: [{ name: "KPI", value: (row) => row.kpi }, { name: "Period", value: (row) => row.start, show: (row) => `${format.words(row.grain)} of ${format.day(row.start)}` }, { name: "Before", number: true, value: (row) => row.before }, { name: "After", number: true, value: (row) => row.after }, { name: "Reason", value: (row) => format.words(row.reason) }, { name: "Seen on", value: (row) => row.seen_on, show: (row) => format.day(row.seen_on) }],
        })) : null,
        parts.panel("The run", null, h("dl", {}, h("dt", {}, "Version"), h("dd", {}, run.version), h("dt", {}, "Run"), h("dd", {}, run.run_id), h("dt", {}, "Schema version of the tables"), h("dd", {}, String(run.schema_version)))),
        statements.query("this section", "health"),
      ];
    },
  });
})();
