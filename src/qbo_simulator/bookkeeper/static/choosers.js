// Asks for the names that fit what is typed, where a list is longer than the page holds.
const root = location.pathname.match(/^\/books\/[^/]+/)?.[0];
let waiting;

async function refresh(input) {
  const list = input.list;
  if (!root || !list) return;
  const asked = new URLSearchParams({ kind: input.dataset.chooser, q: input.value });
  const answer = await fetch(`${root}/names?${asked}`);
  if (!answer.ok) return;
  const names = await answer.json();
  list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
}

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.dataset?.chooser) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh(input), 150);
});
