// Filters the table of schools, counts what it shows, and opens the view of the school that the address names.
// The JSON holds: provisions [name, address of the proof without the school], statuses [code, words], and by school
// rows [provision, status, words, part], hazards [number, found, deadline, days, state] and files [month, name, version,
// status, received, errors, queries, sha256]. Every text is set as text, never as markup.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var data = null;
  var list = Array.prototype.slice;
  var isChinese = document.documentElement.lang.indexOf("zh") === 0;
  function byId(id) { return document.getElementById(id); }
  function fold(text) { return text.normalize("NFKC").toLowerCase().replace(/\s+/g, ""); }
  // On a page in another language a name that is written in Chinese says so.
  function say(place, text) {
    if (!isChinese && /[\u3400-\u9fff]/.test(text)) { place.lang = "zh"; } else { place.removeAttribute("lang"); }
  }
  function put(parent, name, text, kind) {
    var made = document.createElement(name);
    made.textContent = text;
    say(made, text);
    if (kind) { made.className = kind; }
    parent.appendChild(made);
    return made;
  }

  var form = byId("filters"), search = byId("search");
  var selects = list.call(form.querySelectorAll("select"));
  var lines = list.call(document.querySelectorAll("#counts li"));
  var schools = {};
  var rows = list.call(document.querySelectorAll("#schools tbody tr")).map(function (line) {
    var cells = list.call(line.cells), id = line.id;
    var row = {
      id: id, line: line, text: fold(cells[0].textContent), name: cells[0].querySelector("a").textContent,
      code: cells[0].querySelector("small").textContent, isShown: true,
      traits: cells.filter(function (cell) { return cell.hasAttribute("data-value"); }),
      statuses: cells.filter(function (cell) { return cell.hasAttribute("data-status"); })
        .map(function (cell) { return cell.getAttribute("data-status"); })
    };
    // The view is what the address names; the row keeps the id only where there is no script.
    line.id = "row-" + id;
    schools["s" + id] = row;
    return row;
  });
  // A number is that of figures.csv only while every school is shown.
  var numbers = list.call(document.querySelectorAll("#counts [data-part], #counts [data-count]")).map(function (place) {
    return { place: place, whole: place.textContent, key: place.getAttribute("data-figure"), part: place.getAttribute("data-part"),
      line: lines.findIndex(function (line) { return line.contains(place); }) };
  });

  function count(number, shown) {
    return shown.filter(function (row) {
      if (number.line >= 0) { return row.statuses[number.line] === number.part; }
      if (number.part === "denominator") { return row.line.hasAttribute("data-expected"); }
      return number.part !== "numerator" || row.line.hasAttribute("data-reported");
    }).length;
  }
  function apply() {
    var wanted = fold(search.value);
    rows.forEach(function (row) {
      row.isShown = row.text.indexOf(wanted) >= 0 && selects.every(function (select, index) {
        return select.value === "*" || select.value === "=" + row.traits[index].getAttribute("data-value");
      });
      row.line.hidden = !row.isShown;
    });
    var shown = rows.filter(function (row) { return row.isShown; });
    numbers.forEach(function (number) {
      number.place.textContent = String(count(number, shown));
      if (!number.key) { return; }
      if (shown.length === rows.length) { number.place.setAttribute("data-figure", number.key); }
      else { number.place.removeAttribute("data-figure"); }
    });
    byId("nothing").hidden = shown.length > 0;
  }

  function fill(id, found, line) {
    var body = byId(id).tBodies[0];
    body.textContent = "";
    found.forEach(function (entry) { line(body.insertRow(), entry); });
    byId(id).hidden = !found.length;
    return found.length;
  }
  function cellsOf(row, entry, numeric) {
    entry.forEach(function (text, index) { put(row, index ? "td" : "th", text, numeric.indexOf(index) >= 0 ? "n" : ""); });
  }
  function provision(row, entry, id) {
    var named = data.provisions[entry[0]], status = data.statuses[entry[1]];
    var head = put(row, "th", "");
    head.setAttribute("scope", "row");
    if (entry.length > 3) {
      put(head, "span", entry[3], "part");
    } else {
      put(head, "a", named[0]).setAttribute("href", named[1] + id);
    }
    var cell = put(row, "td", "", "s");
    put(cell, "i", "", status[0]);
    cell.appendChild(document.createTextNode(status[1]));
    put(row, "td", entry[2]);
  }
  function summary(found) {
    var place = byId("school-counts");
    place.textContent = "";
    data.statuses.forEach(function (status, index) {
      var number = found.filter(function (entry) { return entry.length === 3 && entry[1] === index; }).length;
      if (number) { put(put(place, "span", status[1] + " "), "b", String(number)); }
    });
  }
  // What fails comes first; the parts of a school stay with it.
  function ordered(found) {
    var groups = [];
    found.forEach(function (entry) {
      if (entry.length > 3 && groups.length) { groups[groups.length - 1].push(entry); } else { groups.push([entry]); }
    });
    return data.statuses.reduce(function (all, _, index) {
      return all.concat(groups.filter(function (group) { return group[0][1] === index; }));
    }, []).reduce(function (all, group) { return all.concat(group); }, []);
  }
  function show(row) {
    data = data || JSON.parse(byId("school-data").textContent);
    var found = data.schools[row.id] || [];
    byId("school-name").textContent = row.name;
    say(byId("school-name"), row.name);
    byId("school-traits").textContent = [row.code].concat(row.traits.map(function (cell, index) {
      return selects[index].parentNode.querySelector("span").textContent + (isChinese ? "：" : ": ") + cell.textContent;
    })).join(isChinese ? "　" : " · ");
    summary(found);
    fill("school-provisions", ordered(found), function (line, entry) { provision(line, entry, row.id); });
    var none = byId("school-no-hazards");
    none.textContent = none.getAttribute(data.asks_hazards ? "data-none" : "data-unasked");
    none.hidden = fill("school-hazards", data.hazards[row.id] || [], function (line, entry) { cellsOf(line, entry, [3]); }) > 0;
    byId("school-no-files").hidden = fill("school-files", data.files[row.id] || [], function (line, entry) {
      cellsOf(line, entry, [2, 5, 6]);
    }) > 0;
  }
  function follow() {
    var id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch (error) { id = ""; }
    var row = schools["s" + id], view = byId("school");
    // The other language shows the same school.
    list.call(document.querySelectorAll(".languages a")).forEach(function (link) { link.hash = row ? id : ""; });
    view.hidden = !row;
    if (!row) { return; }
    show(row);
    view.focus({ preventScroll: true });
    view.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("change", apply);
  form.addEventListener("reset", function () { setTimeout(apply, 0); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", follow);
  apply();
  follow();
  document.documentElement.setAttribute("data-ready", "yes");
});
