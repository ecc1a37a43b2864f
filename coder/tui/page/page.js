// textual.js starts when the page is loaded; it measures letters, so the fonts have to be there by then.
const start = window.onload;
window.onload = async (event) => {
  const terminal = document.getElementById("terminal");
  terminal.dataset.sessionWebsocketUrl = new URL("ws", location.href.replace(/^http/, "ws")).href;
  const letters = "aا\uFE91";
  await Promise.all(["16px", "bold 16px"].map((size) => document.fonts.load(size + " 'Roboto Mono'", letters)));
  start(event);
  new MutationObserver((_, observer) => {
    if (document.body.classList.contains("-first-byte")) {
      observer.disconnect();
      terminal.querySelector("textarea").focus();
    }
  }).observe(document.body, { attributes: true });
};
