// Looks for Okta Verify on this device, has it sign, and says how that went: to the page's wait, or by the cancel form.
(() => {
  const line = document.querySelector("[data-probe]");
  if (!line) return;
  const { origins, timeout, request } = JSON.parse(line.dataset.probe);
  const say = (name) => (line.textContent = line.dataset[name]);
  const cancel = document.querySelector('form[data-remediation^="cancel-polling"]');
  const main = document.querySelector("main > form");
  const field = (name) => cancel?.querySelector(`input[data-field="${name}"]`);
  let left = false;
  const leave = (reason, status) => {
    if (left) return;
    left = true;
    if (!cancel) return say("failed");
    field("reason").value = reason;
    field("statusCode").value = status ?? "";
    cancel.submit();
  };
  cancel?.addEventListener("submit", () => {
    left = true;
    field("reason").value = "USER_CANCELED";
  });
  main?.addEventListener("submit", () => (left = true));
  const ask = async (origin) => {
    const answer = await fetch(origin + "/probe", { signal: AbortSignal.timeout(timeout), cache: "no-store" });
    if (!answer.ok) throw answer;
  };
  const sign = (origin) =>
    fetch(origin + "/challenge", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ challengeRequest: request }),
      signal: AbortSignal.timeout(300000),
    });
  const denied = async () => {
    for (const name of ["loopback-network", "local-network-access"]) {
      try {
        return (await navigator.permissions.query({ name })).state === "denied";
      } catch {}
    }
    return false;
  };
  (async () => {
    say("looking");
    for (const origin of origins) {
      try {
        await ask(origin);
      } catch {
        continue;
      }
      say("found");
      let answer;
      try {
        answer = await sign(origin);
      } catch {
        return leave("OV_RETURNED_ERROR", "");
      }
      if (left) return;
      if (answer.ok) {
        left = true;
        return document.dispatchEvent(new Event("signed"));
      }
      if (answer.status !== 503) return leave("OV_RETURNED_ERROR", answer.status);
    }
    // A browser that was told not to look is no reason to go on without asking the person.
    if (await denied()) return say("denied");
    leave("OV_UNREACHABLE_BY_LOOPBACK", "");
  })();
})();
