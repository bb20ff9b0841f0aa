/* Written in the oldest JavaScript, so that every engine can read it: says which features are missing (B01).
   No cascade layers or custom properties: class "old" on <html>, one readable column. Anything missing: the banner. */
(function () {
  var page = document.documentElement;
  var css = window.CSS;
  var paints = css && css.supports && css.supports('color', 'var(--a)') && window.CSSLayerBlockRule;
  var works = window.fetch && window.Promise && window.customElements && 'indexedDB' in window &&
    'noModule' in document.createElement('script');
  var parts = ['header', 'main', 'nav', 'section', 'aside', 'footer', 'details', 'summary'];
  var i;

  function show() {
    var banner = document.getElementById('old-browser');
    if (banner) {
      banner.removeAttribute('hidden');
    }
  }

  if (!paints) {
    page.className += ' old';
    for (i = 0; i < parts.length; i += 1) {
      document.createElement(parts[i]);
    }
  }
  if (!paints || !works) {
    if (document.addEventListener) {
      document.addEventListener('DOMContentLoaded', show, false);
    } else {
      window.attachEvent('onload', show);
    }
  }
}());
