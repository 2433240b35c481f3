// Finding numbers in the columns that arrived.
// Belongs here: reading. Does not belong here: any arithmetic on KPIs; the engine has done it.
"use strict";

(() => {
  const byKey = new Map();

  function kpi(id, variant) {
    if (!byKey.size) {
      cultivar.get("meta").kpis.forEach((entry, index) => {
        entry.index = index;
        byKey.set(`${entry.id}/${entry.variant}`, entry);
        if (entry.headline) byKey.set(entry.id, entry);
      });
    }
    return byKey.get(variant ? `${id}/${variant}` : id) || null;
  }

  // "A01/outbound" or "A01" for the variant that is shown where one is.
  const find = (reference) => kpi(...reference.split("/"));

  const indexes = new WeakMap();
  function series(file, entry, grain) {
    if (!indexes.has(file)) {
      const index = new Map();
      for (const one of file.kpis) index.set(`${one.k}/${one.g}`, one);
      indexes.set(file, index);
    }
    return indexes.get(file).get(`${entry.index}/${grain}`) || null;
  }

  function at(one, position) {
    return {
      period: one.p[position], value: one.v[position], numerator: one.a[position],
      denominator: one.b[position], n: one.n[position],
      isLow: (one.low || []).includes(one.p[position]),
      isRestated: (one.restated || []).includes(one.p[position]),
      status: ((one.s || []).find((told) => told.p === one.p[position]) || {}).s || null,
    };
  }

  // The value of a period. What has no history is told as of the run's day.
  function cell(file, entry, grain, period) {
    const one = series(file, entry, grain);
    if (one) {
      const position = one.p.indexOf(period);
      return position < 0 ? null : at(one, position);
    }
    const today = series(file, entry, "day");
    return today ? { ...at(today, 0), isToday: true } : null;
  }

  const isKept = (file, entry) => Object.keys(cultivar.get("meta").periods).some((grain) => series(file, entry, grain));

  // Up to `count` periods, the last of them `until`.
  function history(file, entry, grain, until, count) {
    const one = series(file, entry, grain);
    if (!one) return [];
    return one.p
      .map((_, position) => at(one, position))
      .filter((found) => found.period <= until && found.period > until - count);
  }

  const periods = (grain) => cultivar.get("meta").periods[grain];
  const label = (grain, period) => (periods(grain) ? periods(grain).label[period] : "");
  const isComplete = (grain, period) => periods(grain).complete[period];
  const cut = () => cultivar.get("meta").cuts[cultivar.state.cut];
  const has = (...references) => references.some((reference) => find(reference));

  cultivar.data = { find, series, cell, isKept, history, periods, label, isComplete, cut, has };
})();
