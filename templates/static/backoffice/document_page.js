/* A click on a sentence of the text adds it to the field that takes sentences and was used last. */

const fields = [...document.querySelectorAll('textarea[data-takes="sentences"]')];
let taker = fields[0];

for (const field of fields) {
  field.addEventListener("focus", () => choose(field));
}

for (const sentence of document.querySelectorAll(".sentences span")) {
  if (taker) {
    sentence.tabIndex = 0;
    sentence.setAttribute("role", "button");
    sentence.addEventListener("click", () => add(sentence.textContent));
    sentence.addEventListener("keydown", (event) => {
      if (event.key === "Enter") add(sentence.textContent);
    });
  }
}

function choose(field) {
  taker?.classList.remove("taking");
  taker = field;
  taker.classList.add("taking");
}

function add(text) {
  const lines = taker.value.split("\n").filter((line) => line.trim());
  if (!lines.includes(text)) taker.value = [...lines, text].join("\n");
  choose(taker);
}
