// What everything else stands on: data files that arrive, the state, elements.
// Belongs here: mechanics without a word of business. Does not belong here: what is shown.
"use strict";

window.cultivar = (() => {
  const received = new Map();
  const waiting = new Map();

  // Called by the data files. A page that was opened from a folder may load scripts, but not fetch.
  function receive(name, content) {
    received.set(name, content);
    const resolve = waiting.get(name);
    if (resolve) {
      waiting.delete(name);
      resolve(content);
    }
  }

  const scripts = new Map();
  function loadScript(source) {
    if (!scripts.has(source)) {
      scripts.set(source, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        Object.assign(script, { src: source, onload: resolve, onerror: reject });
        document.head.append(script);
      }));
    }
    return scripts.get(source);
  }

  // Content of a data file, or null where the company has nothing of the kind.
  const loads = new Map();
  function load(name) {
    if (received.has(name)) return Promise.resolve(received.get(name));
    if (!received.get("run").data.includes(name)) return Promise.resolve(null);
    if (!loads.has(name)) {
      loads.set(name, new Promise((resolve) => {
        waiting.set(name, resolve);
        loadScript(`${document.body.dataset.folder}/data/${name}.js`);
      }));
    }
    return loads.get(name);
  }

  // An element. Text becomes text and never markup: names are customers' data.
  function h(tag, attributes, ...children) {
    const svg = tag === "svg" || tag === "polyline";
    const element = svg
      ? document.createElementNS("http://www.w3.org/2000/svg", tag)
      : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children.flat()) {
      if (child !== null && child !== undefined && child !== false) element.append(child);
    }
    return element;
  }

  const sections = [];
  const state = { section: "overview", grain: "fiscal_quarter", period: 0, cut: 0 };

  return {
    receive,
    load,
    loadScript,
    h,
    state,
    sections,
    get: (name) => received.get(name),
    section: (definition) => sections.push(definition),
  };
})();
