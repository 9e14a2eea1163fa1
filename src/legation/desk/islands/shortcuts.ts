// Keys of one letter: to search, to create, to see the list of keys. They rest while somebody
// types and can be switched off for this browser (WCAG 2.1.4): speech input types letters too.
import { said } from "./words";

const KEPT = "legation.shortcuts";

/** Act on the keys from now on. */
export const listen = (): void => {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (isOff() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const act = ACTS[event.key];
    if (act?.()) event.preventDefault();
  });
  showSwitch();
};

const search = (): boolean => {
  const box = document.querySelector<HTMLElement>("#search, main input[type=search]");
  if (box) {
    box.focus();
    if (box instanceof HTMLInputElement) box.select();
    return true;
  }
  return follow("[data-search]");
};

const list = (): boolean => {
  const box = document.querySelector<HTMLDialogElement>("dialog#keys");
  if (!box) return false;
  box.showModal();
  return true;
};

const follow = (where: string): boolean => {
  const link = document.querySelector<HTMLElement>(where);
  link?.click();
  return link !== null;
};

const ACTS: Record<string, () => boolean> = {
  "/": search,
  c: () => follow("[data-create]"),
  "?": list,
};

const isTyping = (at: EventTarget | null): boolean =>
  at instanceof HTMLElement && (at.isContentEditable || at.matches("input, select, textarea"));

const isOff = (): boolean => {
  try {
    return localStorage.getItem(KEPT) === "off";
  } catch {
    return false;
  }
};

const showSwitch = (): void => {
  const box = document.querySelector<HTMLElement>("[data-keys]");
  const button = box?.querySelector("button");
  const state = box?.querySelector("[role=status]");
  if (!box || !button || !state) return;
  const tell = (): void => {
    state.textContent = said(isOff() ? "keys-off" : "keys-on");
    button.textContent = said(isOff() ? "keys-turn-on" : "keys-turn-off");
  };
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(KEPT, isOff() ? "on" : "off");
    } catch {
      // a browser that keeps nothing has the keys on
    }
    tell();
  });
  tell();
  box.hidden = false;
};
