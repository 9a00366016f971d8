// Keeps each gauge on the page fresh while somebody looks at it. Without this file the figures are those of the
// moment at which the page was made.

const PAUSE_MS = 30_000;
const SPACE = "\u00a0";

const euros = (cents) =>
  new Intl.NumberFormat("fr-FR", {
    style: "currency",
    currency: "EUR",
    minimumFractionDigits: cents % 100 ? 2 : 0,
  }).format(cents / 100);

const counted = (number, noun) => `${number}${SPACE}${noun}${number >= 2 ? "s" : ""}`;

const clock = (moment) => `${moment.getHours()}${SPACE}h${SPACE}${String(moment.getMinutes()).padStart(2, "0")}`;

function put(gauge, part, text) {
  const place = gauge.querySelector(`[data-part="${part}"]`);
  if (!place) return;
  if (place.textContent !== text) place.textContent = text;
  place.hidden = text === "";
}

function show(gauge, figures) {
  const raised = Math.max(0, figures.raised_cents);
  const goal = figures.goal_cents;
  put(gauge, "raised", euros(raised));
  put(gauge, "raised-word", raised < 200 ? "collecté" : "collectés");
  put(gauge, "donors", counted(figures.donors, "donateur"));
  const pending = figures.pending_cents;
  put(gauge, "pending", pending ? `${euros(pending)} en cours de prélèvement ne sont pas encore comptés.` : "");
  put(gauge, "time", `Mis à jour à ${clock(new Date(figures.computed_at))}.`);
  const bar = gauge.querySelector("progress");
  if (!goal || !bar) return;
  put(gauge, "percent", `${figures.percent}${SPACE}% de l’objectif`);
  put(gauge, "reached", raised < goal ? "" : raised > goal ? "Objectif dépassé" : "Objectif atteint");
  bar.max = goal;
  bar.value = Math.min(raised, goal);
}

async function refresh(gauge) {
  if (document.hidden) return;
  try {
    const answer = await fetch(gauge.dataset.gauge, { headers: { Accept: "application/json" } });
    if (answer.ok) show(gauge, await answer.json());
  } catch {
    // No network for a while: the figures on the page stay, with the time at which they were right.
  }
}

for (const gauge of document.querySelectorAll('[data-gauge][data-state="open"]')) {
  setInterval(refresh, PAUSE_MS, gauge);
  document.addEventListener("visibilitychange", () => refresh(gauge));
}
