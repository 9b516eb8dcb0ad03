// Elements are made from text only: nothing that a target printed is ever parsed as markup.
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

// Control characters and direction marks are shown, not obeyed.
function visible(text) {
  const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
  return String(text).replace(hidden, (mark) => {
    const code = mark.charCodeAt(0);
    return code < 256 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
  });
}

function grouped(number) {
  return Number(number).toLocaleString("en", { maximumFractionDigits: 1 });
}

function times(count) {
  return count === 1 ? "once" : grouped(count) + " times";
}

function code(text) {
  return element("code", {}, visible(text));
}

// A list of [term, value]; those without a value are left out.
function definitions(pairs) {
  const list = element("dl", {});
  for (const [term, value] of pairs) {
    if (value === null || value === undefined || value === "") continue;
    list.append(element("dt", {}, term), element("dd", {}, value));
  }
  return list;
}

// Each column is {head, number}; each row a list of cells. The first cell of a row is its head.
function table(caption, columns, rows) {
  const cell = (content, index) =>
    element(index === 0 ? "th" : "td", { class: columns[index].number ? "number" : null, scope: index === 0 ? "row" : null }, content);
  const head = columns.map((column) => element("th", { scope: "col", class: column.number ? "number" : null }, column.head));
  const body = rows.map((row) => element("tr", {}, row.map(cell)));
  return scrolling(caption, element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, head)), element("tbody", {}, body)));
}

// What is wider than a phone scrolls in its own box, which the keyboard reaches.
function scrolling(label, content) {
  return element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, content);
}

function section(id, title, ...children) {
  return element("section", { id, "aria-labelledby": id + "-title" }, element("h2", { id: id + "-title" }, title), ...children);
}
