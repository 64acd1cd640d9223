"use strict";
(function () {
  var settings = JSON.parse(document.getElementById("settings").textContent);
  var endpoint = new URL(settings.endpoint, window.location.href).href;
  var root = document.getElementById("editor");
  var prefixes = Object.keys(settings.prefixes).sort().map(function (name) {
    return name + ": <" + settings.prefixes[name] + ">";
  });

  // Only our own prefixes: nothing is asked of other servers.
  Yasgui.Yasqe.forkAutocompleter("prefixes", {
    name: "prefixes-local",
    persistenceId: null,
    get: function () { return prefixes; }
  });
  Yasgui.Yasqe.defaults.autocompleters = ["prefixes-local", "variables"];
  Yasgui.Yasr.defaults.prefixes = settings.prefixes;
  // What is ours is shown by this server, whatever its name begins with.
  ["mouseover", "focusin", "touchstart", "click"].forEach(function (kind) {
    root.addEventListener(kind, function (event) {
      var link = event.target.closest ? event.target.closest("a.iri") : null;
      var iri = link ? link.getAttribute("href") : "";
      if (link && iri.indexOf(settings.own) === 0) {
        link.setAttribute("href", settings.pages + "/" + iri.slice(settings.own.length));
      }
    }, { capture: true, passive: true });
  });

  var first = settings.examples.filter(function (each) { return each.name === "prerequisites-all"; })[0]
    || settings.examples[0];
  var yasgui = new Yasgui(root, {
    requestConfig: {
      endpoint: endpoint,
      method: "POST",
      acceptHeaderSelect: "application/sparql-results+json,*/*;q=0.9",
      acceptHeaderGraph: "text/turtle,*/*;q=0.9"
    },
    copyEndpointOnNewTab: false,
    endpointCatalogueOptions: { getData: function () { return [{ endpoint: endpoint }]; } },
    persistenceId: "mlgraph:" + window.location.pathname,
    yasqe: first ? { value: first.query } : {},
    autofocus: false
  });

  function show(example, run) {
    var tab = yasgui.addTab(true, { name: example.name, yasqe: { value: example.query } });
    if (run) { tab.query().catch(function () { /* the editor shows the error itself */ }); }
    root.scrollIntoView({ block: "start" });
  }

  document.getElementById("examples").addEventListener("click", function (event) {
    var button = event.target.closest("button[data-example]");
    if (button) { show(settings.examples[Number(button.dataset.example)], true); }
  });

  document.getElementById("filter").addEventListener("input", function (event) {
    var words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    document.querySelectorAll("#examples li").forEach(function (item) {
      var text = item.textContent.toLowerCase();
      item.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
    });
  });

  window.mlgraph = { yasgui: yasgui };
}());
