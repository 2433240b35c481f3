// Section: mails, and use of the product.
"use strict";

(() => {
  const { data, parts } = cultivar;

  cultivar.section({
    id: "marketing",
    title: "Marketing and product",
    intro: "How mails do, and whether those who try the product come to pay.",
    reason: "there is neither marketing automation nor product use.",
    has: () => data.has("M01", "M02", "M03", "S04", "active_workspaces"),
    render(ctx) {
      const mails = data.has("M01", "M02", "M03");
      const product = data.has("S04", "active_workspaces");
      return [
        ...(mails ? parts.group("Mails",
          parts.cards(ctx, "M02", "M01", "M01/raw", "M03", "M03/click_to_open_rate"),
          parts.grid(
            parts.trend(ctx, ["M01/human", "M01/raw"], { title: "Open rate", note: "Openings by machines are left out of the first.", names: ["By people", "Any opening"], zero: true }),
            parts.trend(ctx, ["M03/click_through_rate"], { title: "Click-through rate", zero: true })))
          : [parts.panel("Mails", "There is no marketing automation among the sources.")]),
        ...(product ? parts.group("Product",
          parts.cards(ctx, "S04/paid_within_30_days", "S04/paid_within_90_days", "active_workspaces"),
          parts.grid(
            parts.trend(ctx, ["S04/paid_within_30_days", "S04/paid_within_90_days"], { title: "Workspaces that became paid", names: ["Within 30 days", "Within 90 days"], zero: true }),
            parts.trend(ctx, ["active_workspaces"], { title: "Active workspaces", zero: true })))
          : [parts.panel("Product", "There is no product use among the sources.")]),
      ];
    },
  });
})();
