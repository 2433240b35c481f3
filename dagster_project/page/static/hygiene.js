// Section: how clean the data are, and what whom should correct.
"use strict";

(() => {
  const { h, format, parts, table, data, statements } = cultivar;
  const money = (value) => (value ? format.money(value) : null);

  function scopes(file, type, caption, first) {
    const rows = (file.scopes || []).filter((row) => row.type === type);
    if (!rows.length) return null;
    return parts.panel(caption, null, table({
      caption, isQuiet: true, rows,
      columns: [
        { name: first, value: (row) => format.words(row.scope) },
        { name: "Score", number: true, value: (row) => row.score, show: (row) => format.percent(row.score) },
        { name: "Records", number: true, value: (row) => row.records, show: (row) => format.whole(row.records) },
        { name: "Findings", number: true, value: (row) => row.findings, show: (row) => format.whole(row.findings) },
        { name: "Open amount at risk", number: true, value: (row) => row.open_amount, show: (row) => money(row.open_amount) },
        { name: "ARR at risk", number: true, value: (row) => row.arr, show: (row) => money(row.arr) },
      ],
    }));
  }

  function rules(file) {
    return parts.panel("Rules that are broken", "How many records break each rule, of those that it judges.", table({
      caption: "Rules that are broken", isQuiet: true, rows: file.rules || [], limit: 12,
      columns: [
        { name: "Rule", value: (row) => row.rule },
        { name: "What should be so", isWide: true, value: (row) => row.title, show: (row) => h("div", {}, row.title, h("details", { class: "definition" }, h("summary", { "aria-label": `How to fix ${row.rule}` }, "How to fix"), h("p", {}, row.fix), h("p", { class: "note" }, row.why))) },
        { name: "Severity", value: (row) => row.severity, show: (row) => h("span", { class: `tag ${row.severity}` }, row.severity) },
        { name: "Findings", number: true, value: (row) => row.findings, show: (row) => format.whole(row.findings) },
        { name: "Share", number: true, value: (row) => row.share, show: (row) => format.percent(row.share) },
        { name: "Open amount at risk", number: true, value: (row) => row.open_amount, show: (row) => money(row.open_amount) },
      ],
    }));
  }

  // The address comes from the company file; anything but a web page stays text.
  function record(row) {
    const name = `${format.words(row.entity)} ${row.record}`;
    return /^https?:\/\//.test(row.address || "") ? h("a", { href: row.address, rel: "noreferrer" }, name) : name;
  }

  function worklist(owner) {
    const caption = `First items of ${owner.owner}`;
    return h("details", { class: "worklist" },
      h("summary", {}, `${owner.owner}: ${format.whole(owner.items)} to correct`, owner.blocking ? `, ${owner.blocking} of them keep a record out` : ""),
      h("p", { class: "note" }, `The first ${owner.first_items.length} of ${owner.items}, by the money that hangs on them. `,
        owner.file ? h("a", { href: `../worklists/${encodeURIComponent(owner.file)}`, download: true }, "All of them as CSV") : null),
      table({
        caption, isQuiet: true, rows: owner.first_items,
        columns: [
          { name: "Record", value: (row) => row.record, show: record },
          { name: "Account", value: (row) => row.account },
          { name: "What is wrong", isWide: true, value: (row) => row.title, show: (row) => h("div", {}, row.why || row.title, h("p", { class: "note" }, row.fix)) },
          { name: "Field", value: (row) => row.field },
          { name: "Money", number: true, value: (row) => row.money, show: (row) => money(row.money) },
          { name: "Days", number: true, value: (row) => row.days },
        ],
      }));
  }

  cultivar.section({
    id: "hygiene",
    title: "Hygiene",
    isOfRunDay: true,
    intro: "How clean the records are, and what whom should correct first.",
    async render(ctx) {
      const file = await cultivar.load("hygiene");
      const all = file && (file.scopes || []).find((row) => row.type === "all");
      const cut = data.cut();
      const owners = ((file && file.owners) || []).filter((row) => cut.type !== "owner" || row.owner === cut.label || (cut.id === "(none)" && row.owner === "Nobody"));
      return [
        all ? h("div", { class: "cards" }, [
          ["Hygiene score", format.percent(all.score), "weighted share of passed rules"], ["Open findings", format.whole(all.findings), `of ${format.whole(all.records)} records`],
          ["Corrected so far", format.whole(all.fixed), all.days_to_fix === null ? "no finding was corrected yet" : `${format.whole(all.days_to_fix)} days on average`],
          ["Open amount at risk", format.money(all.open_amount || 0), "opportunities with a finding"], ["ARR at risk", format.money(all.arr || 0), "customers with a finding"],
        ].map(([name, value, note]) => h("article", { class: "card" }, h("h3", {}, name), h("p", { class: "value" }, value), h("p", { class: "cases" }, note)))) : null,
        h("p", { class: "note between" }, "Scores and rules are as of the run's day and of all records, whatever is chosen above; worklists follow the chosen owner."),
        file ? rules(file) : null,
        file ? parts.grid(scopes(file, "entity", "By kind of record", "Kind"), scopes(file, "team", "By team", "Team")) : null,
        ...(owners.length ? parts.group("Worklists", ...owners.map(worklist)) : []),
        statements.query("this section", "setup", "hygiene"),
      ];
    },
  });
})();
