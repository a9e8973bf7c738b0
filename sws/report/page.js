// The browser over the rows. Texts are hostile: they enter the page as text nodes and nothing else, formulas as
// elements from a list of known ones. No request is made; the page's policy forbids any.
"use strict";
(() => {
  const HEIGHT = 72; // of a row in the list, in pixels, as in the stylesheet
  const SVG = "http://www.w3.org/2000/svg";
  const MATHML = "http://www.w3.org/1998/Math/MathML";
  const SHOWN = 8; // failed problems and rows of a concept before "show all"
  const $ = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en");

  // ---- data -------------------------------------------------------------------------------------

  async function unpack(id) {
    const element = $(id);
    const packed = atob(element.textContent);
    element.remove();
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  }

  const chunks = new Map(); // number -> promise of { rows, formulas }
  function chunk(row) {
    const place = Math.floor(row / data.chunk);
    if (!chunks.has(place)) chunks.set(place, unpack(`chunk-${place}`));
    return chunks.get(place);
  }
  const details = async (row) => (await chunk(row)).rows[row % data.chunk];

  let data = null; // the columns
  let formula = null; // where formulas are in a text
  let haystack = null; // what the text filter searches, per row

  // ---- elements ---------------------------------------------------------------------------------

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "on") element.addEventListener("click", value);
      else if (value !== null && value !== undefined) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  function drawing(name, attributes, ...children) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  // A formula arrives as [element, attributes or 0, ...children]; only names of MathML come through.
  function mathematics([name, attributes, ...children]) {
    if (!/^m[a-z]+$|^none$/.test(name)) return document.createTextNode("");
    const element = document.createElementNS(MATHML, name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (!/^(on|href|src|style)/.test(key)) element.setAttribute(key, value);
    }
    for (const child of children) element.append(typeof child === "string" ? child : mathematics(child));
    return element;
  }

  function equation(latex, tree) {
    const element = mathematics(tree);
    element.setAttribute("alttext", latex);
    return element;
  }

  // A text with its formulas: known ones as mathematics, others as they were written.
  function prose(text, formulas) {
    const parts = document.createDocumentFragment();
    let from = 0;
    for (const found of formulas ? text.matchAll(formula) : []) {
      const latex = found[1] ?? found[2] ?? found[3] ?? found[4] ?? found[5];
      const tree = Object.hasOwn(formulas, latex) ? formulas[latex] : null;
      if (!tree) continue;
      parts.append(text.slice(from, found.index), equation(latex, tree));
      from = found.index + found[0].length;
    }
    parts.append(text.slice(from));
    return parts;
  }

  function answer(text, formulas) {
    if (formulas && Object.hasOwn(formulas, text)) return equation(text, formulas[text]);
    return prose(text, formulas);
  }

  function percent(share) {
    return `${(100 * share).toFixed(0)} %`;
  }

  // ---- filters ----------------------------------------------------------------------------------

  let shown = []; // rows that pass the filters
  let chosen = -1; // the row that is open
  let at = 0; // the place in `shown` of the row that the keyboard is at
  let concept = -1; // the concept whose rows are shown, or -1

  function search() {
    haystack ??= data.problem.map((problem, row) => {
      const concepts = data.used[row].map((one) => data.concepts[one][1]).join(" ");
      const reason = data.reasonNames[data.reason[row]];
      return `${problem} ${data.answer[row]} ${concepts} ${reason} ${data.id[row]}`.toLowerCase();
    });
    return haystack;
  }

  function filter() {
    const words = $("query").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [stage, category, reason] = ["stage", "category", "reason"].map((name) =>
      $(name).value === "" ? -1 : Number($(name).value));
    const texts = words.length ? search() : null;
    shown = [];
    for (let row = 0; row < data.id.length; row++) {
      if (stage >= 0 && data.stage[row] !== stage) continue;
      if (category >= 0 && data.category[row] !== category) continue;
      if (reason >= 0 && data.reason[row] !== reason) continue;
      if (concept >= 0 && !data.used[row].includes(concept)) continue;
      if (texts && !words.every((word) => texts[row].includes(word))) continue;
      shown.push(row);
    }
    at = Math.max(0, shown.indexOf(chosen));
    report();
    $("space").style.height = `${shown.length * HEIGHT}px`;
    $("list").scrollTop = Math.max(0, (at - 1) * HEIGHT);
    draw(true);
  }

  function report() {
    const all = data.id.length;
    const parts = [shown.length === all ? `${number.format(all)} rows` : `${number.format(shown.length)} of ${number.format(all)} rows`];
    if (concept >= 0) parts.push(`with the concept ${data.concepts[concept][1]}`);
    const more = data.total - all;
    if (more > 0) parts.push(`(the run has ${number.format(more)} more: every failed and published problem is here, and a sample of the rest)`);
    $("status").textContent = `${parts.join(" ")}.`;
  }

  // Choices with their counts, in the order of the graph for stages and by name for the others.
  function options(select, names, column, allowed) {
    const counts = new Array(names.length).fill(0);
    column.forEach((code, row) => { if (!allowed || allowed(row)) counts[code] += 1; });
    const before = select.value;
    const label = (code) => (select.id === "stage" ? data.stages[names[code]] : names[code]) || "(kept)";
    const order = Object.keys(data.stages);
    const codes = [...names.keys()].filter((code) => counts[code] && names[code] !== "");
    codes.sort((a, b) => select.id === "stage"
      ? order.indexOf(names[a]) - order.indexOf(names[b])
      : names[a].localeCompare(names[b]));
    select.replaceChildren(select.options[0], ...codes.map((code) =>
      make("option", { value: code }, `${label(code)} (${number.format(counts[code])})`)));
    select.value = codes.includes(Number(before)) && before !== "" ? before : "";
  }

  function reasons() {
    const stage = $("stage").value;
    const allowed = stage === "" ? null : (row) => data.stage[row] === Number(stage);
    options($("reason"), data.reasonNames, data.reason, allowed);
  }

  function show(filters) {
    for (const name of ["query", "stage", "category", "reason"]) $(name).value = "";
    concept = filters.concept ?? -1;
    reasons();
    filter();
  }

  // ---- the list: only what is in view exists ------------------------------------------------------

  let first = -1;
  let last = -1;

  function draw(anew) {
    const list = $("list");
    const from = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - 4);
    const to = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + 4);
    if (!anew && from === first && to === last) return;
    [first, last] = [from, to];
    const items = [];
    for (let place = from; place < to; place++) items.push(option(place));
    $("space").replaceChildren(...items);
    mark();
  }

  function option(place) {
    const row = shown[place];
    const says = make("div", { class: "says" }, data.problem[row] || "(no problem could be read)");
    const stage = data.stages[data.stageNames[data.stage[row]]];
    const reason = data.reasonNames[data.reason[row]];
    const about = [data.categoryNames[data.category[row]], stage, reason].filter(Boolean).join(" · ");
    const item = make("div", {
      class: "option", role: "option", id: `option-${place}`, "data-row": row,
      "aria-setsize": shown.length, "aria-posinset": place + 1, "aria-selected": row === chosen,
      on: () => { at = place; open(row); },
    }, says, make("small", {}, about));
    item.style.transform = `translateY(${place * HEIGHT}px)`;
    if (/[$\\]/.test(data.problem[row])) {
      chunk(row).then(({ formulas }) => says.replaceChildren(prose(data.problem[row], formulas)));
    }
    return item;
  }

  function mark() {
    for (const item of $("space").children) {
      item.setAttribute("aria-selected", Number(item.dataset.row) === (shown[at] ?? -1));
    }
    if (shown.length) $("list").setAttribute("aria-activedescendant", `option-${at}`);
    else $("list").removeAttribute("aria-activedescendant");
  }

  function move(place) {
    if (!shown.length) return;
    at = Math.min(Math.max(place, 0), shown.length - 1);
    const list = $("list");
    const top = at * HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + HEIGHT - list.clientHeight;
    draw(true);
  }

  function keys(event) {
    const page = Math.max(1, Math.floor($("list").clientHeight / HEIGHT) - 1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: shown.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
    } else if ((event.key === "Enter" || event.key === " ") && shown.length) {
      event.preventDefault();
      open(shown[at], true);
    }
  }

  // ---- one row ------------------------------------------------------------------------------------

  async function open(row, focus) {
    chosen = row;
    mark();
    const { formulas } = await chunk(row);
    const known = await details(row);
    if (chosen !== row) return;
    const parts = data.histories[row] || known.source ? seedStory(row, known) : await story(row, known, formulas);
    const title = make("h3", { class: "text" }, prose(data.problem[row] || "No problem could be read.", formulas));
    const back = make("button", { class: "back", type: "button", on: () => $("list").focus() }, "Back to the list");
    const said = data.answer[row]
      ? make("p", { class: "answer text" }, "Answer: ", answer(data.answer[row], formulas)) : null;
    $("row").replaceChildren(back, title, ...[said, badges(row), ...parts].filter(Boolean));
    $("row").scrollTop = 0;
    history.replaceState(null, "", `#row-${data.id[row]}`);
    if (focus || matchMedia("(max-width: 50rem)").matches) $("row").focus();
  }

  // From a link inside a row to another row, whatever the filters say.
  function jump(row) {
    if (!shown.includes(row)) show({});
    move(shown.indexOf(row));
    open(row, true);
  }

  function badges(row) {
    const stage = data.stageNames[data.stage[row]];
    const kind = ["augmented", "trained on"].includes(stage) ? "good" : "bad";
    const reason = data.reasonNames[data.reason[row]];
    return make("p", {}, make("span", { class: `badge ${kind}` }, data.stages[stage]),
      reason ? make("span", { class: "badge" }, reason) : null,
      make("span", { class: "badge" }, data.categoryNames[data.category[row]]));
  }

  function heading(text) {
    return make("h4", {}, text);
  }

  function facts(entries) {
    return make("dl", {}, ...entries.flatMap(([name, value]) =>
      [make("dt", {}, name), make("dd", {}, value)]));
  }

  function evidence(known) {
    const entries = Object.entries(known.evidence);
    return entries.length ? [heading("Evidence for the decision"), facts(entries)] : [];
  }

  function chips(codes) {
    return make("ul", { class: "chips" }, ...codes.map((code) => make("li", {},
      make("button", { type: "button", on: () => { show({ concept: code }); $("list").focus(); } }, data.concepts[code][1]))));
  }

  function seedStory(row, known) {
    const parts = [];
    const history = data.histories[row];
    if (history && history.length) {
      parts.push(heading("Accuracy by epoch of the initial training"), spark(history));
    }
    if (data.used[row].length) {
      const written = rowsWith(data.used[row]);
      parts.push(heading("Concepts behind it"), chips(data.used[row]));
      if (written.length) {
        parts.push(heading(`Published problems on these concepts: ${number.format(written.length)}`), links(written));
      }
    }
    parts.push(...evidence(known), heading("Where it comes from"), facts([["source", known.source], ["id", data.id[row]]]));
    return parts;
  }

  function rowsWith(codes) {
    const published = data.stageNames.indexOf("augmented");
    const rows = [];
    data.stage.forEach((stage, row) => {
      if (stage === published && data.used[row].some((code) => codes.includes(code))) rows.push(row);
    });
    return rows;
  }

  async function story(row, known, formulas) {
    const parts = evidence(known);
    const failed = behind(row);
    if (data.used[row].length) parts.push(heading("Concepts it was written on"), chips(data.used[row]));
    if (failed.length) {
      parts.push(heading(`Failed problems behind these concepts: ${number.format(failed.length)}`), links(failed));
    }
    if (known.judges.length) parts.push(heading("Judges"), ...known.judges.map(judge));
    if (known.vote) parts.push(...vote(known, formulas));
    if (known.accuracy) {
      const [accuracy, tries, low, high] = known.accuracy;
      parts.push(heading("Difficulty"), make("p", {},
        `The student solved it in ${Math.round(accuracy * tries)} of ${tries} tries (${percent(accuracy)}; 95 % interval ${percent(low)} to ${percent(high)}).`));
    }
    if (known.completion !== undefined) parts.push(heading("What the generator wrote"), make("div", { class: "said", tabindex: 0 }, known.completion));
    parts.push(heading("Blueprint"), facts([["blueprint", known.blueprint], ["level", known.level],
      ["problem id", known.problem], ["candidate id", data.id[row]]]));
    return parts;
  }

  // Failed problems that share a concept with a row, those that share most first.
  function behind(row) {
    const shared = new Map();
    for (const code of data.used[row]) {
      for (const failed of data.behind[code]) shared.set(failed, (shared.get(failed) || 0) + 1);
    }
    return [...shared.keys()].sort((a, b) => shared.get(b) - shared.get(a) || a - b);
  }

  function links(rows) {
    const list = make("ul", { class: "plain" }, ...rows.slice(0, SHOWN).map(link));
    if (rows.length > SHOWN) {
      const more = make("button", { type: "button", class: "link", on: () => more.parentNode.replaceWith(...rows.slice(SHOWN).map(link)) },
        `Show all ${number.format(rows.length)}`);
      list.append(make("li", {}, more));
    }
    return list;
  }

  function link(row) {
    const says = make("div", { class: "text" }, data.problem[row]);
    chunk(row).then(({ formulas }) => says.replaceChildren(prose(data.problem[row], formulas)));
    const history = data.histories[row];
    return make("li", { "data-id": data.id[row] }, says, history && history.length ? spark(history) : null,
      make("button", { type: "button", class: "link", on: () => jump(row) }, "Open this row"));
  }

  function spark(history) {
    const x = (place) => history.length > 1 ? 4 + 102 * place / (history.length - 1) : 55;
    const y = (value) => 26 - 22 * value;
    const line = history.map((value, place) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    const end = history.length - 1;
    const picture = drawing("svg", { class: end && history[end] > history[0] ? "spark up" : "spark", viewBox: "0 0 110 30", "aria-hidden": "true" },
      drawing("line", { x1: 4, x2: 106, y1: 26, y2: 26 }), drawing("polyline", { points: line }),
      drawing("circle", { cx: x(end), cy: y(history[end]), r: 3 }));
    const shortened = history.length > 12 ? [...history.slice(0, 5).map(percent), "…", ...history.slice(-5).map(percent)] : history.map(percent);
    return make("p", {}, picture, make("small", { class: "history" }, shortened.join(" → ")));
  }

  function judge({ judge: name, verdict, criteria, said }) {
    const rows = Object.entries(criteria).map(([criterion, rating]) => make("tr", {},
      make("th", { scope: "row" }, criterion), make("td", { class: rating === "bad" ? "bad" : rating === "perfect" ? "perfect" : null }, rating)));
    return make("div", {}, make("p", {}, make("b", {}, name), ": ", verdict),
      rows.length ? make("table", { class: "criteria" }, make("tbody", {}, ...rows)) : null,
      make("details", {}, make("summary", {}, `What ${name} wrote`), make("div", { class: "said", tabindex: 0 }, said)));
  }

  function vote({ vote: [share, votes, samples, low, high], groups }, formulas) {
    const bars = groups.flatMap(([text, count]) => [
      make("span", { class: "text" }, answer(text, formulas)),
      make("meter", { min: 0, max: samples, value: count, "aria-label": `votes for ${text}` }),
      make("span", {}, `${count} of ${samples}`)]);
    return [heading("The vote on its answer"), make("div", { class: "votes" }, ...bars),
      make("p", {}, make("small", {}, `Vote share ${percent(share)}, 95 % interval ${percent(low)} to ${percent(high)}; ${votes} of ${samples} samples gave an answer.`))];
  }

  // ---- start ----------------------------------------------------------------------------------------

  async function start() {
    data = await unpack("rows");
    formula = new RegExp(data.formula, "g");
    options($("stage"), data.stageNames, data.stage);
    options($("category"), data.categoryNames, data.category);
    const published = data.stageNames.indexOf("augmented");
    if (published >= 0) $("stage").value = published;
    reasons();
    filter();
    $("stage").addEventListener("change", () => { reasons(); filter(); });
    $("category").addEventListener("change", filter);
    $("reason").addEventListener("change", filter);
    $("query").addEventListener("input", filter);
    $("form").addEventListener("submit", (event) => event.preventDefault());
    $("form").addEventListener("reset", (event) => { event.preventDefault(); show({}); });
    $("list").addEventListener("scroll", () => requestAnimationFrame(() => draw(false)), { passive: true });
    $("list").addEventListener("keydown", keys);
    $("row").addEventListener("keydown", (event) => { if (event.key === "Escape") $("list").focus(); });
    new ResizeObserver(() => draw(true)).observe($("list"));
    const wanted = location.hash.startsWith("#row-") ? data.id.indexOf(location.hash.slice(5)) : -1;
    if (wanted >= 0) jump(wanted);
    setTimeout(search); // after the list is there, so that the first letter typed need not wait
    document.documentElement.dataset.ready = "yes";
  }

  // After the first picture is on the screen.
  requestAnimationFrame(() => setTimeout(() => start().catch((error) => {
    $("status").textContent = `The rows cannot be shown: ${error.message}. A browser of 2023 or later is needed.`;
    throw error;
  })));
})();
