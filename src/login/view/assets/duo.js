// Shows Duo's frame (Web SDK 2) and posts what it signs.
(() => {
  const box = document.querySelector("[data-duo]");
  const input = box?.closest("form").querySelector('input[data-field$="signatureData"]');
  if (!input) return;
  const { duo, request, app, title } = box.dataset;
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.src = `${duo}/frame/web/v1/auth?tx=${encodeURIComponent(request)}&parent=${encodeURIComponent(location.href)}&v=2.6`;
  addEventListener("message", (event) => {
    if (event.origin !== duo || event.source !== frame.contentWindow) return;
    if (typeof event.data !== "string" || !/^(AUTH|ENROLL)\|/.test(event.data)) return;
    input.value = `${event.data}:${app}`;
    input.form.submit();
  });
  box.append(frame);
})();
