// Putting it together: navigation, filters, the address, light and dark.
// Belongs here: what the whole page does. Does not belong here: what a section shows.
"use strict";

(() => {
  const { h, state, format, data } = cultivar;
  const meta = cultivar.get("meta");
  const run = cultivar.get("run");
  const content = document.getElementById("content");
  const GRAINS = [["fiscal_quarter", "Fiscal quarters"], ["month", "Months"], ["fiscal_year", "Fiscal years"], ["all_time", "All time"]];
  const CUTS = [["account_segment", "Segment"], ["owner", "Owner"], ["region", "Region"]];

  const open = () => cultivar.sections.filter((section) => !section.has || section.has());
  const cutKey = (cut) => `${cut.type}:${cut.id}`;

  function address() {
    const parameters = new URLSearchParams({ period: `${state.grain}:${data.periods(state.grain).start[state.period]}` });
    if (state.cut) parameters.set("cut", cutKey(meta.cuts[state.cut]));
    return `#${state.section}?${parameters}`;
  }

  function readAddress() {
    const [section, query] = location.hash.slice(1).split("?");
    const parameters = new URLSearchParams(query || "");
    state.section = open().some((one) => one.id === section) ? section : "overview";
    const [grain, start] = (parameters.get("period") || "").split(":");
    const known = data.periods(grain);
    const position = known ? known.start.indexOf(start) : -1;
    if (position >= 0) Object.assign(state, { grain, period: position });
    else {
      state.grain = data.periods("fiscal_quarter") ? "fiscal_quarter" : Object.keys(meta.periods)[0];
      state.period = data.periods(state.grain).start.length - 1;
    }
    state.cut = Math.max(0, meta.cuts.findIndex((cut) => cutKey(cut) === parameters.get("cut")));
  }

  function go(changes) {
    Object.assign(state, changes);
    delete content.dataset.ready;
    if (location.hash === address()) show();
    else location.hash = address();
  }

  function periodFilter() {
    const select = h("select", { id: "period", onchange: (event) => {
      const [grain, period] = event.target.value.split(":");
      go({ grain, period: Number(period) });
    } });
    for (const [grain, title] of GRAINS) {
      const known = data.periods(grain);
      if (!known) continue;
      const options = known.label.map((label, index) => h("option", { value: `${grain}:${index}`, selected: grain === state.grain && index === state.period },
        known.complete[index] || grain === "all_time" ? label : `${label} (so far)`)).reverse();
      select.append(h("optgroup", { label: title }, options));
    }
    return h("div", { class: "filter" }, h("label", { for: "period" }, "Period"), select);
  }

  function cutFilter([type, title]) {
    const found = meta.cuts.map((cut, index) => ({ ...cut, index })).filter((cut) => cut.type === type);
    const territories = type === "region" ? meta.cuts.map((cut, index) => ({ ...cut, index })).filter((cut) => cut.type === "territory") : [];
    // To choose between all and those without one is no choice.
    if (!found.some((cut) => cut.id !== "(none)") && !territories.length) return null;
    const option = (cut) => h("option", { value: cut.index, selected: cut.index === state.cut }, cut.id === "(none)" ? `No ${title.toLowerCase()}` : format.words(cut.label));
    const select = h("select", { id: `cut-${type}`, onchange: (event) => go({ cut: Number(event.target.value) }) },
      h("option", { value: 0 }, "All"), found.map(option),
      territories.length ? h("optgroup", { label: "Territories" }, territories.map(option)) : null);
    return h("div", { class: "filter" }, h("label", { for: `cut-${type}` }, title), select);
  }

  function filters() {
    const focused = document.activeElement && document.activeElement.id;
    document.getElementById("filters").replaceChildren(...[periodFilter(), ...CUTS.map(cutFilter)].filter(Boolean));
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
  }

  function navigation() {
    document.getElementById("sections").replaceChildren(h("ul", {}, open().map((section) => h("li", {},
      h("a", {
        href: `#${section.id}`, "aria-current": section.id === state.section ? "page" : null,
        onclick: (event) => { event.preventDefault(); go({ section: section.id }); content.focus({ preventScroll: true }); window.scrollTo(0, 0); },
      }, section.title)))));
    const current = document.querySelector("#sections [aria-current]");
    if (current && window.matchMedia("(max-width: 60rem)").matches) current.scrollIntoView({ block: "nearest", inline: "center" });
  }

  let shown = 0;
  async function show() {
    const turn = ++shown;
    delete content.dataset.ready;
    readAddress();
    filters();
    navigation();
    const section = cultivar.sections.find((one) => one.id === state.section);
    const cut = meta.cuts[state.cut];
    const file = (await cultivar.load(`cut_${state.cut}`)) || { kpis: [] };
    cultivar.chart.forget();
    const nodes = (await section.render({ file, cut: state.cut, grain: state.grain, period: state.period })).flat().filter(Boolean);
    if (turn !== shown) return;
    const what = `${data.label(state.grain, state.period)}${data.isComplete(state.grain, state.period) || state.grain === "all_time" ? "" : ", so far"}`;
    const whom = state.cut ? `${{ account_segment: "segment", owner: "owner", region: "region", territory: "territory" }[cut.type]} ${format.words(cut.label)}` : "all of the company";
    content.replaceChildren(
      h("h1", {}, section.title), h("p", { class: "intro" }, section.intro),
      h("p", { class: "scope" }, section.isOfRunDay ? `As of ${format.day(run.as_of)}.` : `${what}; ${whom}.`, state.cut && !section.isOfRunDay ? h("span", { class: "note" }, " One cut at a time: each credits by rules of its own, so they cannot be crossed.",
        cut.type === "region" ? " A region is its territories added up; medians cannot be, so choose a territory for them." : null) : null),
      ...nodes);
    document.getElementById("said").textContent = `${section.title}, ${what}, ${whom}`;
    await cultivar.chart.draw();
    if (turn === shown) content.dataset.ready = String(turn);
  }

  const THEMES = ["system", "light", "dark"];
  const remembered = () => { try { return localStorage.getItem("cultivar-theme"); } catch { return null; } };
  function theme(name, isFirst) {
    document.documentElement.dataset.theme = name;
    const button = document.getElementById("theme");
    button.textContent = { system: "Light or dark: system", light: "Light", dark: "Dark" }[name];
    button.onclick = () => theme(THEMES[(THEMES.indexOf(name) + 1) % THEMES.length]);
    try { localStorage.setItem("cultivar-theme", name); } catch { /* a page from a folder may remember nothing */ }
    if (!isFirst) show();
  }

  function age() {
    const days = Math.floor((Date.now() - Date.parse(`${run.as_of}T00:00:00Z`)) / 86400000);
    document.getElementById("as-of").textContent = format.day(run.as_of);
    if (!run.data_end_on && days > 2) {
      const told = document.getElementById("age");
      told.textContent = `${days} days ago`;
      told.className = "status bad";
    }
  }

  age();
  theme(THEMES.includes(remembered()) ? remembered() : "system", true);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  window.addEventListener("hashchange", show);
  show();
})();
