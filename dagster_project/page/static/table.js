// Tables that people can sort.
// Belongs here: a table from rows and columns. Does not belong here: what is in it.
"use strict";

(() => {
  const { h } = cultivar;

  function compare(one, other) {
    const missing = (value) => value === null || value === undefined || value === "";
    if (missing(one) || missing(other)) return missing(one) - missing(other);
    return typeof one === "number" && typeof other === "number"
      ? one - other
      : String(one).localeCompare(String(other), "en", { numeric: true });
  }

  // columns: {name, value(row), show(row)?, number?, isWide?, sortable?}; rows in their first order.
  function table({ caption, columns, rows, limit, isQuiet }) {
    let order = null;
    let shownRows = limit || rows.length;
    const body = h("tbody");
    const more = h("button", { type: "button", class: "more", onclick: () => { shownRows = rows.length; fill(); } });

    function fill() {
      const sorted = [...rows];
      if (order) {
        // What is not known stays at the end, whichever way.
        sorted.sort((one, other) => {
          const [a, b] = [order.column.value(one), order.column.value(other)];
          const known = (a === null || a === undefined) - (b === null || b === undefined);
          return known || (order.down ? compare(b, a) : compare(a, b));
        });
      }
      body.replaceChildren(...sorted.slice(0, shownRows).map((row) => h("tr", {}, columns.map((column, index) => {
        const shown = column.show ? column.show(row) : column.value(row);
        const isShort = !index && String(column.value(row)).length < 24;
        return h(index ? "td" : "th", { class: column.number ? "number" : isShort ? "short" : column.isWide ? "wide" : null, scope: index ? null : "row" },
          shown === null || shown === undefined ? cultivar.format.NONE : shown);
      }))));
      more.hidden = shownRows >= rows.length;
      more.textContent = `Show all ${rows.length}`;
    }

    const heads = columns.map((column) => {
      if (column.sortable === false) return h("th", { scope: "col" }, column.name);
      const head = h("th", { scope: "col", class: column.number ? "number" : null });
      head.append(h("button", {
        type: "button", class: "sort",
        onclick: () => {
          const down = order && order.column === column ? !order.down : Boolean(column.number);
          order = { column, down };
          for (const one of heads) one.removeAttribute("aria-sort");
          head.setAttribute("aria-sort", down ? "descending" : "ascending");
          fill();
        },
      }, column.name));
      return head;
    });
    fill();
    const element = h("table", {},
      h("caption", { class: isQuiet ? "visually-hidden" : null }, caption),
      h("thead", {}, h("tr", {}, heads)), body);
    // A region that scrolls sideways must be reachable by keyboard.
    return h("div", { class: "table" },
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, element), more);
  }

  cultivar.table = table;
})();
