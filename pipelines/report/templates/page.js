// Draws the charts of the page from the JSON beside it, once plotly has been read.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var figures = JSON.parse(document.getElementById("chart-data").textContent);
  var places = Array.prototype.slice.call(document.querySelectorAll("[data-chart]"));
  var options = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false, showTips: false };
  if (typeof Plotly === "undefined") {
    document.documentElement.className += " no-charts";
    return;
  }
  function draw() {
    var place = places.shift();
    if (!place) {
      document.documentElement.setAttribute("data-drawn", "yes");
      return;
    }
    var figure = figures[place.getAttribute("data-chart")];
    Plotly.newPlot(place.querySelector(".plot"), figure.data, figure.layout, options).then(function () {
      setTimeout(draw, 0);
    });
  }
  function resize() {
    Array.prototype.forEach.call(document.querySelectorAll(".js-plotly-plot"), function (plot) {
      Plotly.Plots.resize(plot);
    });
  }
  window.addEventListener("beforeprint", resize);
  window.addEventListener("afterprint", resize);
  draw();
});
