// Looks again at a job that waits or runs, and shows the page anew when it has ended.
// Without this script the page says the same, and a link looks again.
"use strict";
const box = document.querySelector("[data-job]");
if (box) {
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-words]");
  let failures = 0;
  const look = async () => {
    try {
      const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      failures = 0;
      if (now.state !== "waiting" && now.state !== "running") {
        location.reload();
        return;
      }
      bar.value = now.percent;
      const shape = now.state === "waiting" ? box.dataset.sayWaiting : box.dataset.sayRunning;
      const said = shape.replace("PERCENT", now.percent).replace("WORDS", () => now.words);
      if (words.textContent !== said) words.textContent = said;
    } catch {
      failures += 1;
      if (failures === 3) words.textContent = box.dataset.saySilent;
    }
    setTimeout(look, Math.min(700 * (failures + 1), 5000));
  };
  setTimeout(look, 300);
}
