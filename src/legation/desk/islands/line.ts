// When the line is down nothing that was typed is lost: before a form is sent the desk is asked
// whether it is there, and who it takes us for. The text stays where it was typed, in the page,
// and is written nowhere; so it is gone with the page, and after a log-out there is none.
import { made, said } from "./words";

interface Alive {
  form_token: string;
  person: string;
}
type Answer = Alive | "ended" | "unreachable";

const ASK_MS = 8_000;
const GONE_MS = 6_000;
let pending: { form: HTMLFormElement; by: HTMLElement | null } | null = null;
let typed = false;
let passing: HTMLFormElement | null = null;
// A browser calls a machine without a route offline, though its own desk answers: the desk is asked.
let down = false;

/** Guard every form of the page that changes something. */
export const guardForms = (): void => {
  document.addEventListener("input", () => (typed = true));
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form === passing || form.method !== "post") return;
    event.preventDefault();
    pending = { form, by: event.submitter };
    void attempt();
  });
  document.addEventListener("click", stay, { capture: true });
  addEventListener("beforeunload", (event) => {
    if (typed && down) event.preventDefault();
  });
  addEventListener("offline", () => void doubt());
  addEventListener("online", () => void attempt());
  addEventListener("legation:unreachable", () => tell("unreachable"));
  if (!navigator.onLine) void doubt();
};

// A link would leave the page, and what was typed with it.
const stay = (event: MouseEvent): void => {
  const link = (event.target as Element).closest?.("a[href]");
  if (!link || !typed || !down || link.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  event.stopPropagation();
  tell("unreachable");
};

const doubt = async (): Promise<void> => {
  if ((await asked()) === "unreachable") tell("unreachable");
};

const attempt = async (): Promise<void> => {
  const answer = await asked();
  if (answer === "ended" || answer === "unreachable") {
    tell(answer);
  } else if (answer.person !== document.querySelector<HTMLMetaElement>("meta[name=person]")?.content) {
    tell("other");
  } else {
    pass(answer);
  }
};

const pass = (alive: Alive): void => {
  down = false;
  for (const field of document.querySelectorAll<HTMLInputElement>("input[name=form_token]")) {
    field.value = alive.form_token;
  }
  const waiting = pending;
  pending = null;
  if (!waiting) {
    const box = banner();
    if (box?.childElementCount) {
      box.replaceChildren(made("p", said("reachable")));
      setTimeout(() => pending ?? box.replaceChildren(), GONE_MS);
    }
    return;
  }
  banner()?.replaceChildren();
  typed = false;
  passing = waiting.form;
  waiting.form.requestSubmit(waiting.by);
  passing = null;
};

const asked = async (): Promise<Answer> => {
  try {
    const answer = await fetch("/alive", {
      headers: { Accept: "application/json" },
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(ASK_MS),
    });
    if (answer.status === 401) return "ended";
    return answer.ok ? ((await answer.json()) as Alive) : "unreachable";
  } catch {
    return "unreachable";
  }
};

const banner = (): HTMLElement | null => document.querySelector("#line");

const tell = (what: "unreachable" | "ended" | "other"): void => {
  const box = banner();
  if (!box) return;
  down = what === "unreachable";
  const parts: HTMLElement[] = [made("p", said(what))];
  if (what === "ended") {
    const door = made("a", said("log-in"));
    door.href = "/log-in";
    door.target = "_blank";
    parts.push(door);
  }
  if (what !== "other") {
    const again = made("button", said(pending ? "send-again" : "try-again"));
    again.type = "button";
    again.addEventListener("click", () => void attempt());
    parts.push(again);
  }
  box.replaceChildren(...parts);
};
