// Section: representatives and territories.
"use strict";

(() => {
  const { data, parts } = cultivar;

  cultivar.section({
    id: "people",
    title: "People and territories",
    intro: "Who brings what, against quotas, and whether territories are alike.",
    reason: "there are no owners, quotas or territories.",
    has: () => data.has("R01", "R02", "R07", "opportunities_won_amount"),
    async render(ctx) {
      const [owners, territories] = ctx.cut === 0
        ? await Promise.all([cultivar.load("board_owner"), cultivar.load("board_territory")]) : [null, null];
      return [
        parts.cards(ctx, "R01", "R01/share_attained_bookings_usd", "R02", "R07", "A06", "R04", "R03", "R03/employees"),
        parts.grid(
          parts.trend(ctx, ["R01"], { title: "Quota attained", zero: true }),
          parts.trend(ctx, ["R07"], { title: "Won amount a representative and working day", zero: true })),
        ctx.cut === 0 ? null : parts.panel("Beside each other", "Choose all to see owners and territories beside each other."),
        parts.board(ctx, owners, [["R01", "Quota attained"], ["opportunities_won_amount", "Won amount"], ["P08", "Win rate"], ["P07", "Days to win"], ["P01", "Pipeline generated"], ["pipeline_open_amount", "Open pipeline"], ["R07", "Won a day"], ["M09", "Spray index"], ["P02", "First meetings"], ["A01", "Connect rate"], ["A02", "Pass rate"], ["A03", "Pipeline rate"]], {
          caption: "Representatives", segmentType: "owner", first: "Owner", note: "Pale numbers rest on few cases. Credit is the owner's of the day on which it happened.",
        }),
        parts.board(ctx, territories, [["R02", "Quota attained"], ["opportunities_won_amount", "Won amount"], ["P08", "Win rate"], ["P01", "Pipeline generated"], ["pipeline_open_amount", "Open pipeline"], ["V02", "ARR"], ["V04", "Net retention"]], { caption: "Territories", segmentType: "territory", first: "Territory", note: "Pale numbers rest on few cases." }),
      ];
    },
  });
})();
