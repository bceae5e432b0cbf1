// Lets plotly draw the lines over those that stand in the page: what is in view first, the rest when there is time.
// Opens what is folded away before the page is printed, and folds it again afterwards.
(function () {
  "use strict";
  var opened = [];
  var options = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false, showTips: false };
  var later = window.requestIdleCallback || function (work) { setTimeout(work, 1); };

  function each(list, work) { Array.prototype.forEach.call(list, work); }

  function isInView(place) {
    var box = place.getBoundingClientRect();
    return box.top < window.innerHeight && box.bottom > 0;
  }

  function draw(figures, place) {
    var figure = figures[place.getAttribute("data-chart")], plot = document.createElement("div");
    plot.className = "plot";
    place.appendChild(plot);
    return Plotly.newPlot(plot, figure.data, figure.layout, options).then(function () {
      place.classList.add("plotted");
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    var figures = JSON.parse(document.getElementById("chart-data").textContent);
    var waiting = Array.prototype.slice.call(document.querySelectorAll("[data-chart]"));
    if (waiting.length && typeof Plotly === "undefined") { return; }
    function next() {
      if (!waiting.length) {
        document.documentElement.setAttribute("data-drawn", "yes");
        return;
      }
      var seen = waiting.findIndex(isInView), place = waiting.splice(Math.max(seen, 0), 1)[0];
      draw(figures, place).then(function () { if (waiting.some(isInView)) { next(); } else { later(next); } });
    }
    next();
  });

  // The other language opens at the same place.
  function follow() {
    each(document.querySelectorAll(".languages a"), function (link) { link.hash = window.location.hash; });
  }
  document.addEventListener("DOMContentLoaded", follow);
  window.addEventListener("hashchange", follow);

  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    each(opened, function (part) { part.open = true; });
    each(document.querySelectorAll(".plotted .plot"), function (plot) { Plotly.Plots.resize(plot); });
  });
  window.addEventListener("afterprint", function () {
    each(opened, function (part) { part.open = false; });
    each(document.querySelectorAll(".plotted .plot"), function (plot) { Plotly.Plots.resize(plot); });
  });
})();
