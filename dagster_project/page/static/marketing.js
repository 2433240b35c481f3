// Section: mails, what brought the pipeline, and use of the product.
"use strict";

(() => {
  const { data, parts } = cultivar;

  cultivar.section({
    id: "marketing",
    title: "Marketing and product",
    intro: "How mails and sequences do, what brought the pipeline, and whether those who try the product come to pay.",
    reason: "there is neither marketing automation nor product use.",
    has: () => data.has("M01", "M02", "M03", "M05", "M07", "S04", "active_workspaces"),
    async render(ctx) {
      const mails = data.has("M01", "M02", "M03");
      const product = data.has("S04", "active_workspaces");
      const channels = ctx.cut === 0 && data.has("M07") ? await cultivar.load("board_channel") : null;
      const sequences = ctx.cut === 0 && data.has("M05") ? await cultivar.load("board_sequence") : null;
      return [
        ...(mails ? parts.group("Mails",
          parts.cards(ctx, "M02", "M01", "M01/raw", "M03", "M03/click_to_open_rate"),
          parts.grid(
            parts.trend(ctx, ["M01/human", "M01/raw"], { title: "Open rate", note: "Openings by machines are left out of the first.", names: ["By people", "Any opening"], zero: true }),
            parts.trend(ctx, ["M03/click_through_rate"], { title: "Click-through rate", zero: true })))
          : [parts.panel("Mails", "There is no marketing automation among the sources.")]),
        ...(data.has("M05") ? parts.group("Sequences",
          parts.cards(ctx, "M04", "M04/positive_reply_rate", "M05", "M05/step_delivered", "M05/step_replied"),
          parts.board(ctx, sequences, [["M04/reply_rate", "Replied"], ["M04/positive_reply_rate", "Positive of replies"], ["M05/meeting_rate", "Meeting"]], {
            caption: "Outreach by sequence", segmentType: "sequence", first: "Sequence", note: "By the day of the enrolment; who was enrolled in the last 45 days is not counted yet. Each step stands in fct_sequence_step.",
          }),
          parts.grid(
            parts.trend(ctx, ["M04/reply_rate", "M05/meeting_rate"], { title: "What comes of sequences", names: ["Replied", "Meeting"], zero: true })))
          : []),
        ...(data.has("M07") ? parts.group("What brought the pipeline",
          parts.cards(ctx, "M08", "M08/amount", "M08/tracking_coverage", "M09"),
          parts.board(ctx, channels, [["M07/pipeline_first", "First touch"], ["M07/pipeline_last", "Last touch"], ["M07/pipeline_linear", "Linear"], ["M07/pipeline_u_shaped", "U-shaped"], ["M07/pipeline_w_shaped", "W-shaped"], ["M07/pipeline_time_decay", "Time decay"], ["M07/won_full_path", "Won, full path"]], {
            caption: "Pipeline by channel and model", segmentType: "channel", first: "Channel", note: "Each column shares out the same pipeline, the last one what was won: never add columns up. Direct is a form without a campaign; of what is unattributed no touch is known.",
          }),
          parts.grid(
            parts.trend(ctx, ["M08/count", "M08/amount"], { title: "Pipeline that nothing is known to have brought", names: ["By number", "By amount"], zero: true }),
            parts.trend(ctx, ["M09"], { title: "Outbound touches that nobody wrote for the one person", zero: true })))
          : []),
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
