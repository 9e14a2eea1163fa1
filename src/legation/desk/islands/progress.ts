// How far a job is, as the desk tells it. Where a proxy holds the stream back, or the desk has
// too many open, it is asked again and again instead; where no script runs, a link looks again.
import { made, percent, said } from "./words";

export interface State {
  state: string;
  percent: number;
  words: string;
  begun?: string;
  did?: { at: string; words: string }[];
}

const SILENT_MS = 4_000;
const ASK_MS = 700;
const SLOW_MS = 5_000;

/** Show a job's progress in a box, and the page anew when it has ended. */
export const follow = (box: HTMLElement): void => {
  const bar = box.querySelector("progress");
  const words = box.querySelector<HTMLElement>("[data-words]");
  const show = (now: State): void => {
    if (bar) bar.value = now.percent;
    const told = said(now.state === "waiting" ? "waits" : "runs", percent(now.percent), now.words);
    if (words && words.textContent !== told) words.textContent = told;
    tell(now);
  };
  watch(box.dataset["job"] ?? "", {
    now: show,
    ended: () => location.reload(),
    lost: (gone) => words && (words.textContent = said(gone ? "ended" : "silent")),
    by: (way) => (box.dataset["by"] = way),
  });
};

/** Say below when it began and what it did by now: a page must not contradict itself. */
const tell = (now: State): void => {
  const begun = document.querySelector("[data-begun]");
  if (begun && now.begun && !begun.querySelector("time")) {
    begun.replaceChildren(time(now.begun, `${now.begun.slice(0, 10)} ${now.begun.slice(11, 16)}`));
  }
  const log = document.querySelector("[data-log]");
  for (const did of (now.did ?? []).slice(log?.children.length ?? 0)) {
    const line = made("li");
    line.append(time(did.at, did.at.slice(11, 19)), ` ${did.words}`);
    log?.append(line);
  }
};

const time = (at: string, shown: string): HTMLTimeElement => {
  const one = made("time", shown);
  one.dateTime = at;
  one.dir = "ltr";
  return one;
};

interface Listener {
  now(state: State): void;
  ended(state: State): void;
  lost?(gone: boolean): void;
  by?(way: "stream" | "asking"): void;
}

/** Follow a job by its address: by stream, or by asking where no stream comes through. */
export const watch = (job: string, to: Listener): void => {
  const stream = new EventSource(`${job}/events`);
  let over = false;
  const poll = (): void => {
    if (over) return;
    over = true;
    stream.close();
    to.by?.("asking");
    ask(job, to, 0);
  };
  const silence = setTimeout(poll, SILENT_MS);
  stream.onmessage = (event) => {
    clearTimeout(silence);
    if (over) return;
    to.by?.("stream");
    const now = JSON.parse(event.data as string) as State;
    if (isOpen(now)) return to.now(now);
    over = true;
    stream.close();
    to.ended(now);
  };
  stream.onerror = () => {
    clearTimeout(silence);
    poll();
  };
  addEventListener("pagehide", () => stream.close());
};

const isOpen = (now: State): boolean => now.state === "waiting" || now.state === "running";

const ask = (job: string, to: Listener, failures: number): void => {
  const again = (failed: number): void =>
    void setTimeout(() => ask(job, to, failed), Math.min(ASK_MS * (failed + 1), SLOW_MS));
  fetch(`${job}/state`, { headers: { Accept: "application/json" }, cache: "no-store" })
    .then(async (answer) => {
      if (answer.status === 401) return to.lost?.(true);
      if (!answer.ok) throw new Error(String(answer.status));
      const now = (await answer.json()) as State;
      if (!isOpen(now)) return to.ended(now);
      to.now(now);
      again(0);
    })
    .catch(() => {
      if (failures >= 2) to.lost?.(false);
      again(failures + 1);
    });
};
