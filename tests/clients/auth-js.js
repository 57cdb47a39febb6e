// One sign-in with `@okta/okta-auth-js` in Node: `node auth-js.js STORY ISSUER`. Prints what it got as JSON.

import { webcrypto } from "node:crypto";

// Node 18, Debian's, does not have it by that name.
globalThis.crypto ??= webcrypto;
const { IdxStatus, OktaAuth } = await import("@okta/okta-auth-js");

const [story, issuer] = process.argv.slice(2);
const engine = new URL(issuer).origin;
const password = "correct horse battery staple";
const newPassword = "A whole new horse 7!";

const { idx } = new OktaAuth({
  issuer,
  clientId: "interlock-demo",
  redirectUri: "http://127.0.0.1:8080/callback",
  scopes: ["openid", "profile", "email", "offline_access"],
  idx: { enableLegacyMode: true },
});

/** The newest code that the engine sent to an address. */
async function mailed(to) {
  const answer = await fetch(`${engine}/inbox.json?to=${encodeURIComponent(to)}`);
  return (await answer.json())[0].code;
}

/** Answers each step by the remediation's name, until nothing more is asked; a step that has no answer is skipped. */
async function walk(transaction, answers) {
  const steps = [];
  while (transaction.status === IdxStatus.PENDING) {
    const { name, canSkip } = transaction.nextStep;
    steps.push(name);
    if (steps.length > 12) throw new Error(`no end: ${steps}`);
    if (!answers[name]?.length && !canSkip) throw new Error(`${name} after ${steps}: ${JSON.stringify(transaction.nextStep)}`);
    const answer = answers[name]?.shift();
    transaction = await idx.proceed(answer ? await answer() : { skip: true });
  }
  return { steps, transaction };
}

const stories = {
  password: async () => walk(await idx.authenticate({ username: "ada@example.com", password }), {}),

  "password by steps": async () => {
    const byStep = { enableLegacyMode: false };
    const steps = [];
    let transaction = await idx.start({ ...byStep });
    for (const answer of [{ identifier: "ada@example.com" }, { credentials: { passcode: password } }]) {
      const step = transaction.nextStep?.name ?? transaction.availableSteps[0].name;
      steps.push(step);
      transaction = await idx.proceed({ ...byStep, step, ...answer });
    }
    return { steps, transaction };
  },

  "password and emailed code": async () =>
    walk(await idx.authenticate({ username: "grace@example.com", password }), {
      "select-authenticator-authenticate": [() => ({ authenticator: "okta_email" })],
      "authenticator-verification-data": [() => ({ methodType: "email" })],
      "challenge-authenticator": [async () => ({ verificationCode: await mailed("grace@example.com") })],
    }),

  "wrong password first": async () => {
    const wrong = await idx.authenticate({ username: "ada@example.com", password: "wrong" });
    if (!wrong.messages?.some(({ class: kind }) => kind === "ERROR")) throw new Error("the wrong password was not refused");
    return walk(wrong, { "challenge-authenticator": [() => ({ password })] });
  },

  recovery: async () =>
    walk(await idx.recoverPassword({ username: "ada@example.com" }), {
      "select-authenticator-authenticate": [() => ({ authenticator: "okta_email" })],
      "authenticator-verification-data": [() => ({ methodType: "email" })],
      "challenge-authenticator": [async () => ({ verificationCode: await mailed("ada@example.com") })],
      "reset-authenticator": [() => ({ password: newPassword })],
    }),

  registration: async () =>
    walk(await idx.register({ firstName: "Karen", lastName: "Jones", email: "karen@example.com" }), {
      "select-authenticator-enroll": [() => ({ authenticator: "okta_password" }), () => ({ authenticator: "okta_email" })],
      "enroll-authenticator": [
        () => ({ password: newPassword }),
        async () => ({ verificationCode: await mailed("karen@example.com") }),
      ],
    }),

  unlock: async () =>
    walk(await idx.unlockAccount({ username: "barbara@example.com" }), {
      "select-authenticator-unlock-account": [() => ({ authenticator: "okta_email", username: "barbara@example.com" })],
      "authenticator-verification-data": [() => ({ methodType: "email" })],
      "challenge-authenticator": [async () => ({ verificationCode: await mailed("barbara@example.com") })],
    }),

  "a choice, and the app's code": async () =>
    walk(await idx.authenticate({ username: "alan@example.com", password }), {
      "select-authenticator-authenticate": [() => ({ authenticator: "google_otp" })],
      "challenge-authenticator": [() => ({ verificationCode: process.argv[4] })],
    }),
};

const { steps, transaction } = await stories[story]();
const { status, tokens, messages = [], error } = transaction;
console.log(JSON.stringify({
  status,
  steps,
  messages: messages.map(({ i18n, message }) => i18n?.key ?? message),
  error: error && String(error),
  access_token: tokens?.accessToken?.accessToken,
  id_token: tokens?.idToken?.idToken,
  nonce: tokens?.idToken?.claims?.nonce,
}));
