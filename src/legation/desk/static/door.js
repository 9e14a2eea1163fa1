// Asks the authenticator, on the two pages that lead into the desk, the one that asks again before
// an act that needs it, and the one of one's own keys. Nothing here decides: the
// server checks every answer.
"use strict";

const page = document.getElementById("door");
const button = document.getElementById("ask");
const said = document.getElementById("said");

const octets = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const text = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (octet) => String.fromCharCode(octet));
  return btoa(letters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const say = (message) => { said.textContent = message; };

const send = async (place, value) => {
  const answer = await fetch(place, {
    method: "POST",
    credentials: "same-origin",
    headers: {
      "Accept": "application/json",
      "Content-Type": "application/json",
      "X-Legation-Form": page.dataset.formToken,
    },
    body: JSON.stringify(value),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(`${told.error} ${told.hint}`);
  return told;
};

const answered = (credential, names) => {
  const response = {};
  for (const name of names) {
    const value = credential.response[name];
    if (value) response[name] = text(value);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
};

const logIn = async () => {
  const options = await send("/log-in/begin", {});
  options.challenge = octets(options.challenge);
  const made = await navigator.credentials.get({ publicKey: options });
  const names = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
  const told = await send("/log-in/finish", { credential: answered(made, names) });
  location.replace(told.to === "/" && page.dataset.to ? page.dataset.to : told.to);
};

const enrol = async () => {
  const link = location.hash.slice(1);
  const { options } = await send("/enrol/begin", { link });
  options.challenge = octets(options.challenge);
  options.user.id = octets(options.user.id);
  const made = await navigator.credentials.create({ publicKey: options });
  const names = ["clientDataJSON", "attestationObject"];
  const told = await send("/enrol/finish", { link, credential: answered(made, names) });
  location.replace(told.to === "/" ? "/kit" : told.to);
};

const addKey = async () => {
  const name = document.getElementById("key-name").value.trim();
  if (!name) throw new Error(page.dataset.sayUnnamed);
  const { options } = await send("/keys/begin", {});
  options.challenge = octets(options.challenge);
  options.user.id = octets(options.user.id);
  options.excludeCredentials = options.excludeCredentials.map((key) => ({ ...key, id: octets(key.id) }));
  const made = await navigator.credentials.create({ publicKey: options });
  const names = ["clientDataJSON", "attestationObject"];
  const told = await send("/keys/finish", { name, credential: answered(made, names) });
  location.replace(told.to);
};

const prove = async () => {
  const options = await send("/prove/begin", {});
  options.challenge = octets(options.challenge);
  const made = await navigator.credentials.get({ publicKey: options });
  const names = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
  const told = await send("/prove/finish", { credential: answered(made, names) });
  say(page.dataset.sayShown);
  // Where a file comes, this page stays: what was asked for may be asked for again.
  button.disabled = false;
  location.assign(page.dataset.to || told.to);
};

const act = { enrol, prove, "add-key": addKey }[page.dataset.act] || logIn;

if (!window.PublicKeyCredential) {
  say(page.dataset.sayAbsent);
} else if (page.dataset.act === "enrol" && location.hash.length < 2) {
  say(page.dataset.sayCut);
} else {
  button.disabled = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    say(page.dataset.sayWaiting);
    try {
      await act();
    } catch (fault) {
      const told = { NotAllowedError: page.dataset.sayNone, InvalidStateError: page.dataset.sayHeld };
      say(told[fault.name] || fault.message);
      button.disabled = false;
    }
  });
}
