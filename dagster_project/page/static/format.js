// Numbers as people read them.
// Belongs here: formats by unit. Does not belong here: which number is shown where.
"use strict";

(() => {
  const NONE = "–";
  const currency = () => cultivar.get("run").currency;
  const number = (digits) => new Intl.NumberFormat("en", { maximumFractionDigits: digits });
  const whole = number(0);
  const one = number(1);
  const percent = new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });

  function money(value, digits = 0) {
    return new Intl.NumberFormat("en", {
      style: "currency", currency: currency(), currencyDisplay: "narrowSymbol",
      minimumFractionDigits: digits, maximumFractionDigits: digits,
    }).format(value);
  }

  function shortMoney(value) {
    return new Intl.NumberFormat("en", {
      style: "currency", currency: currency(), currencyDisplay: "narrowSymbol",
      notation: "compact", maximumFractionDigits: 1,
    }).format(value);
  }

  function minutes(value) {
    if (value < 90) return `${one.format(value)} min`;
    if (value < 48 * 60) return `${one.format(value / 60)} h`;
    return `${one.format(value / 1440)} days`;
  }

  // Ratios of two amounts are told as multiples, shares as percent.
  const MULTIPLES = new Set(["P05", "V15", "A05"]);

  function byUnit(value, unit, id) {
    if (value === null || value === undefined) return NONE;
    if (unit === "ratio") {
      return MULTIPLES.has(id) ? `${number(2).format(value)}×` : percent.format(value);
    }
    if (unit === "reporting_currency") return money(value, Math.abs(value) < 100 ? 2 : 0);
    if (unit === "minutes") return minutes(value);
    if (unit === "hours") return value < 48 ? `${one.format(value)} h` : `${one.format(value / 24)} days`;
    if (unit === "days") return `${one.format(value)} days`;
    if (unit === "months") return `${one.format(value)} months`;
    return Number.isInteger(value) ? whole.format(value) : number(2).format(value);
  }

  // How a value changed: shares in points, all else in percent of what it was.
  function change(now, before, unit, id) {
    if (now === null || before === null || now === undefined || before === undefined) return null;
    const by = now - before;
    const sign = by > 0 ? "+" : by < 0 ? "−" : "±";
    if (unit === "ratio" && !MULTIPLES.has(id)) {
      return { by, text: `${sign}${one.format(Math.abs(by) * 100)} points` };
    }
    if (unit === "points") return { by, text: `${sign}${one.format(Math.abs(by))}` };
    if (before === 0) return { by, text: by === 0 ? "unchanged" : "from 0" };
    // After next to nothing a percentage says nothing.
    if (Math.abs(by / before) >= 10) return { by, text: `from ${byUnit(before, unit, id)}` };
    return { by, text: `${sign}${one.format(Math.abs(by / before) * 100)} %` };
  }

  function day(iso) {
    if (!iso) return NONE;
    return new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
  }

  // Codes of the data as words: mid_market is Mid market.
  function words(code) {
    if (code === "(none)") return "None";
    if (!/^[a-z0-9_]+$/.test(code)) return code;
    if (code.length <= 3) return code.toUpperCase();
    const text = code.replaceAll("_", " ");
    return text[0].toUpperCase() + text.slice(1);
  }

  function symbol() {
    const parts = new Intl.NumberFormat("en", { style: "currency", currency: currency(), currencyDisplay: "narrowSymbol" }).formatToParts(0);
    return parts.find((part) => part.type === "currency").value;
  }

  cultivar.format = {
    NONE, byUnit, change, day, words, money, shortMoney, symbol,
    whole: (value) => (value === null || value === undefined ? NONE : whole.format(value)),
    compact: (value) => new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value),
    percent: (value) => (value === null || value === undefined ? NONE : percent.format(value)),
  };
})();
