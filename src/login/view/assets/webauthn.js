// Runs the ceremony that a form asks for and posts what the browser answers.
(() => {
  const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const listed = (list) => (list || []).map(({ id, transports }) => ({ type: "public-key", id: decode(id), ...(transports.length && { transports }) }));
  const set = (form, field, value) => {
    const input = form.querySelector(`input[data-field="credentials.${field}"]`);
    if (input) input.value = value;
  };
  let running;
  const run = async (form) => {
    const kind = form.dataset.webauthn;
    const publicKey = JSON.parse(form.dataset.options);
    publicKey.challenge = decode(publicKey.challenge);
    running?.abort();
    const { signal } = (running = new AbortController());
    if (kind === "create") {
      publicKey.user.id = decode(publicKey.user.id);
      publicKey.excludeCredentials = listed(publicKey.excludeCredentials);
      const made = await navigator.credentials.create({ publicKey, signal });
      set(form, "clientData", encode(made.response.clientDataJSON));
      set(form, "attestation", encode(made.response.attestationObject));
      set(form, "transports", JSON.stringify(made.response.getTransports?.() || []));
      set(form, "clientExtensions", JSON.stringify(made.getClientExtensionResults()));
    } else {
      publicKey.allowCredentials = listed(publicKey.allowCredentials);
      const mediation = kind === "conditional" ? "conditional" : "optional";
      const { response } = await navigator.credentials.get({ publicKey, signal, mediation });
      set(form, "clientData", encode(response.clientDataJSON));
      set(form, "authenticatorData", encode(response.authenticatorData));
      set(form, "signatureData", encode(response.signature));
      set(form, "userHandle", response.userHandle ? encode(response.userHandle) : "");
    }
    form.submit();
  };
  const known = window.PublicKeyCredential;
  for (const form of document.querySelectorAll("[data-webauthn]")) {
    if (form.dataset.webauthn === "conditional") {
      known?.isConditionalMediationAvailable?.().then((is) => is && run(form)).catch(() => {});
      continue;
    }
    const status = form.querySelector("[data-status]");
    const button = form.querySelector("[data-start]");
    if (!known) {
      status.textContent = form.dataset.origin;
      continue;
    }
    button.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      status.textContent = "";
      run(form).catch((error) => {
        status.textContent = error.name === "SecurityError" ? form.dataset.origin : form.dataset.failed;
        button.firstElementChild.textContent = form.dataset.again;
        button.focus();
      });
    });
  }
})();
