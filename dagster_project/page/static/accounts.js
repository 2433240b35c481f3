// Section: the account-based funnel, from prospecting to pipeline.
"use strict";

(() => {
  const { format, data, parts, chart, statements } = cultivar;

  function steps(ctx) {
    const [connect, pass, pipeline] = ["A01", "A02", "A03"].map((id) => parts.value(ctx, id));
    const rows = [];
    const add = (label, value) => value !== null && value !== undefined && rows.push({ label, value, shown: format.whole(value) });
    if (connect) {
      add("Accounts prospected", connect.denominator);
      add("… talked to", connect.numerator);
    }
    if (pass) add("… passed to sales", pass.numerator);
    if (pipeline) {
      add("Hand-offs, all motions", pipeline.denominator);
      add("… became pipeline", pipeline.numerator);
    }
    if (!rows.length) return null;
    return chart.bars({
      title: "From prospecting to pipeline", rows,
      source: statements.kpis("From prospecting to pipeline", ctx, ["A01", "A02", "A03"]),
      note: "Outbound spells old enough to be judged; hand-offs are counted by their own day, so the steps are not one cohort.",
      label: rows.map((row) => `${row.label}: ${row.shown}`).join("; "),
      table: { rows, columns: [{ name: "Step", value: (row) => row.label }, { name: "Number", number: true, value: (row) => row.value, show: (row) => row.shown }] },
    });
  }

  function ladder(ctx) {
    const steps = [["A04/engaged_people_2", "Two or more people engaged"], ["A04/ladder_engaged", "Anybody engaged"], ["A04/ladder_opportunity", "Has an opportunity"], ["A04/ladder_won", "Won"]];
    const rows = steps.map(([reference, label]) => ({ label, cell: parts.value(ctx, reference) }))
      .filter((row) => row.cell && row.cell.value !== null)
      .map((row) => ({ label: row.label, value: row.cell.value, shown: `${format.percent(row.cell.value)} (${row.cell.numerator} of ${row.cell.denominator})` }));
    if (!rows.length) return null;
    return chart.bars({
      title: "Target accounts", note: "Share of the target list as of the end of the period.", rows, domain: [0, 1.6],
      source: statements.kpis("Target accounts", ctx, steps.map(([reference]) => reference)),
      label: rows.map((row) => `${row.label}: ${row.shown}`).join("; "),
      table: { rows, columns: [{ name: "Step", value: (row) => row.label }, { name: "Share", number: true, value: (row) => row.value, show: (row) => row.shown }] },
    });
  }

  cultivar.section({
    id: "accounts",
    title: "Account-based funnel",
    intro: "Of the accounts that we prospect: how many we get to talk to, pass to sales, and turn into pipeline.",
    reason: "no prospecting of accounts, hand-offs or target list is known.",
    has: () => data.has("A01", "A02", "A03", "A04"),
    async render(ctx) {
      const owners = await cultivar.load("board_owner");
      return [
        parts.cards(ctx, "A01", "A02", "A03", "A02/leads_passed"),
        parts.grid(
          steps(ctx),
          parts.trend(ctx, ["A01"], { title: "Connect rate", note: "The band is the target.", isBand: true, zero: true }),
          parts.trend(ctx, ["A02"], { title: "Pass rate", note: "The band is the target.", isBand: true, zero: true }),
          parts.trend(ctx, ["A03"], { title: "Pipeline rate", note: "The band is the target.", isBand: true, zero: true }),
          ladder(ctx),
          parts.trend(ctx, ["A01/outbound", "A01/inbound", "A01/expansion"], { title: "Connect rate by motion", names: ["Outbound", "Inbound", "Expansion"], zero: true })),
        ...parts.group("Coverage of accounts by marketing and sales", parts.cards(ctx, "A08", "A09", "A09/to_opportunity", "A07", "A07/multi_threaded", "A06")),
        ctx.cut === 0 ? parts.board(ctx, owners, [["A01"], ["A02"], ["A03"], ["P02", "First meetings booked"], ["F04", "Hand-offs answered in time"], ["P01", "Pipeline generated"]], {
          caption: "By owner", segmentType: "owner", first: "Owner", note: "Credit is the owner's of the day on which it happened.",
        }) : null,
      ];
    },
  });
})();
