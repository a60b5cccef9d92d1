/* Shows how far an upload is, and says at once what is too large. Without this the form is sent as any other. */

const form = document.querySelector("form.upload");
const sending = form.querySelector(".sending");
const bar = sending.querySelector("progress");
const said = sending.querySelector("output");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [file] = form.elements.file.files;
  const largest = Number(form.dataset.largest);
  if (file.size > largest) {
    end(`The file has ${file.size.toLocaleString("en")} bytes: at most ${largest.toLocaleString("en")}.`);
    return;
  }
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (sent) => {
    const percent = sent.total ? Math.round((100 * sent.loaded) / sent.total) : 0;
    bar.value = percent;
    said.textContent = percent < 100 ? `${percent} % sent` : "Sent; the server looks at it.";
  });
  request.addEventListener("load", () => show(request));
  request.addEventListener("error", () => end("The server cannot be reached: try again."));
  sending.hidden = false;
  form.querySelector("button").disabled = true;
  said.textContent = "";
  request.send(new FormData(form));
});

/** Goes where the server leads, or shows the reason that its page gives. */
function show(request) {
  if (request.status < 400) {
    window.location.assign(request.responseURL);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const note = page.querySelector(".errornote");
  end(note ? note.textContent : refusal(request));
}

/** Says why in the words of a problem+json answer, or by its status. */
function refusal(request) {
  try {
    return JSON.parse(request.responseText).detail;
  } catch {
    return `The server refused it (${request.status}).`;
  }
}

function end(text) {
  let note = form.querySelector(".errornote");
  if (!note) {
    note = document.createElement("p");
    note.className = "errornote";
    note.setAttribute("role", "alert");
    form.prepend(note);
  }
  note.textContent = text;
  sending.hidden = true;
  form.querySelector("button").disabled = false;
}
