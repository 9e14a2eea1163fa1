// The page: what its reader does, and what is told.

import { Refusal, broken, encoded, sha256Hex } from "./octets.js";
import { inFile, inText } from "./carriers.js";
import { anchorOf } from "./directory.js";
import { openCopy, requireContinued, serialised, stateOf } from "./register.js";
import { Trust, refuseWeak } from "./signing.js";
import { element, faultTold, note, openTold, say, speak, verdictTold } from "./telling.js";
import { LANGUAGES } from "./words.js";

/** For those who write programs around the page, and for its tests: the same verdicts, as bytes. */
globalThis.legation = { Refusal, Trust, inFile, inText, openCopy, refuseWeak, serialised };

const at = (id) => document.getElementById(id);
const given = document.querySelector("meta[name=legation-anchor]").content;
const later = () => new Promise((done) => setTimeout(done));

// What is told again in another language: the register's state, and the last answer.
let register = null;
let copy = null;
let asked = null;
let attached = [];
let compared = new Map();
let state = () => note(say("no-register"));
let answer = () => note(say("no-answer"));

function retell(language) {
  speak(language);
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  document.title = say("title");
  at("languages").setAttribute("aria-label", say("languages"));
  for (const button of at("languages").children) button.setAttribute("aria-pressed", `${button.lang === language}`);
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say);
  at("state").replaceChildren(state());
  at("answer").replaceChildren(answer());
}

function tellState(told) {
  state = told;
  at("state").replaceChildren(state());
}

function tellAnswer(told) {
  answer = told;
  at("answer").replaceChildren(answer());
  at("answer").querySelector("h3")?.focus();
}

/** Tell a fault where it belongs; one that nobody foresaw is told as such. */
function told(fault) {
  if (!(fault instanceof Refusal)) console.error(fault);
  const { code, detail } = fault instanceof Refusal ? fault : { code: "unknown", detail: `${fault}` };
  return () => faultTold(code, detail);
}

async function openRegister(data) {
  copy = data;
  register = null;
  try {
    const anchor = given || anchorOf(at("anchor").value);
    if (!anchor) throw broken("no-anchor");
    const trust = await Trust.ofBrowser();
    const working = async (done, all) => {
      tellState(() => note(say("working", done + 1, all)));
      await later();
    };
    const known = remembered(anchor);
    const opened = await openCopy(trust, data, anchor, Date.now() / 1000, known?.version ?? null, working);
    if (known) await requireContinued(opened, known);
    remember(anchor, await stateOf(opened));
    opened.said = opened.plain("not-found");
    register = opened;
    tellState(() => openTold(opened));
  } catch (fault) {
    tellState(told(fault));
  }
  if (asked) await ask(asked);
}

/** Ask the open register; without one the question waits. */
async function ask(question) {
  asked = question;
  attached = [];
  compared = new Map();
  if (!register) {
    tellAnswer(() => note(say("no-register"), say("waiting")));
    return;
  }
  try {
    const { kind, data, text, alone } = question;
    if (kind === "nothing") throw broken("nothing");
    if (kind === "text" && !text.trim()) throw broken("no-text");
    const asking = { statement: () => register.onFile(data), text: () => register.onText(text), short: () => register.onShort(question) };
    const verdict = { ...(await asking[kind]()), short: kind === "short", alone, compared };
    attached = verdict.found?.said.attachments ?? [];
    const classical = register.trust.classical;
    tellAnswer(() => verdictTold(verdict, classical, () => save(verdict.said, classical)));
  } catch (fault) {
    tellAnswer(told(fault));
  }
}

/** Write the answer as a file: the bytes that every door gives, or, of a classical check, its name. */
function save(said, classical) {
  const name = classical ? "verdict-classical-signature-only.json" : "verdict.json";
  const text = classical ? serialised({ classical_signature_only: true, ...said }) : serialised(said);
  const link = element("a", { download: name, href: URL.createObjectURL(new Blob([encoded(text)])) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Compare a file with the attachments that the last answer names; whether it is one of them. */
async function isAttached(file) {
  const sha256 = attached.length ? await sha256Hex(new Uint8Array(await file.arrayBuffer())) : "";
  const row = attached.find((one) => one.sha256 === sha256) ?? attached.find(({ name }) => name === file.name);
  if (!row) return false;
  compared.set(row.name, row.sha256 === sha256);
  tellAnswer(answer);
  return true;
}

async function take(file) {
  try {
    if (await isAttached(file)) return;
    if (file.type.startsWith("image/")) {
      await ask(await scanned(await createImageBitmap(file)));
      return;
    }
    const found = await inFile(new Uint8Array(await file.arrayBuffer()));
    if (found.kind === "copy") await openRegister(found.data);
    else await ask(found);
  } catch (fault) {
    tellAnswer(told(fault));
  }
}

/** What the QR code in a picture says. */
async function scanned(picture) {
  const codes = await scanner().detect(picture);
  const read = await Promise.all(codes.map(({ rawValue }) => inText(rawValue)));
  const found = read.find(({ kind }) => kind !== "text");
  if (!found) throw broken("no-code");
  return found;
}

function scanner() {
  if (!globalThis.BarcodeDetector) throw broken("no-scanner");
  return new BarcodeDetector({ formats: ["qr_code"] });
}

let stream = null;

async function scan() {
  if (stream) {
    stopCamera();
    return;
  }
  try {
    scanner();
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => {
      throw broken("no-camera");
    });
    at("video").srcObject = stream;
    at("video").hidden = false;
    at("camera").dataset.say = "camera-stop";
    at("camera").textContent = say("camera-stop");
    await at("video").play();
    while (stream) {
      const found = await scanned(at("video")).catch(() => null);
      if (found) {
        stopCamera();
        await ask(found);
      }
      await new Promise((done) => setTimeout(done, 200));
    }
  } catch (fault) {
    stopCamera();
    tellAnswer(told(fault));
  }
}

function stopCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  at("video").hidden = true;
  at("camera").dataset.say = "camera";
  at("camera").textContent = say("camera");
}

/** The newest state that this browser has seen under a fingerprint. */
function remembered(anchor) {
  try {
    return JSON.parse(localStorage.getItem(`legation ${anchor}`));
  } catch {
    return null;
  }
}

function remember(anchor, seen) {
  try {
    localStorage.setItem(`legation ${anchor}`, JSON.stringify(seen));
  } catch {
    // A browser that keeps nothing forgets this too.
  }
}

for (const button of at("languages").children) button.addEventListener("click", () => retell(button.lang));
at("copy").addEventListener("change", async ({ target }) => {
  if (target.files[0]) await openRegister(new Uint8Array(await target.files[0].arrayBuffer()));
});
// A file that was changed on the disk can be chosen again.
for (const id of ["copy", "file"]) at(id).addEventListener("click", ({ target }) => (target.value = ""));
at("anchor").addEventListener("change", () => copy && openRegister(copy));
at("file").addEventListener("change", ({ target }) => target.files[0] && take(target.files[0]));
at("paste").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await ask(await inText(at("text").value.toWellFormed?.() ?? at("text").value));
  } catch (fault) {
    tellAnswer(told(fault));
  }
});
at("camera").addEventListener("click", scan);
addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("over");
});
addEventListener("dragleave", () => document.body.classList.remove("over"));
addEventListener("drop", async (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  for (const file of event.dataTransfer.files) await take(file);
});

if (given) {
  at("anchor-asked").hidden = true;
  at("anchor-given").hidden = false;
  at("anchor-shown").textContent = given.match(/.{8}/g).join(" ");
}
at("main").hidden = false;
retell(LANGUAGES.find((language) => navigator.language.startsWith(language)) ?? "en");
