// Changes channels and people by hand: a form each, with what the acting API takes.
const CHANNEL = { name: "Name", archived: "Archived", private: "Private" };
const PERSON = {
  real_name: "Name",
  tz: "Time zone",
  team_id: "Another workspace's id",
  is_admin: "Admin",
  is_restricted: "Guest",
  deleted: "Deactivated",
};

async function send(path, body) {
  const response = await fetch(`/playground/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!answer.ok) throw new Error(answer.message ?? answer.error);
}

function field(name, label, value) {
  const around = document.createElement("label");
  const input = document.createElement("input");
  input.name = name;
  if (typeof value === "boolean") {
    input.type = "checkbox";
    input.checked = value;
    around.className = "tick";
    around.append(input, label);
  } else {
    input.type = "text";
    input.value = value;
    around.append(label, input);
  }
  return around;
}

function form(title, fields, thing, save) {
  const made = document.createElement("form");
  made.setAttribute("aria-label", title);
  for (const [name, label] of Object.entries(fields)) made.append(field(name, label, thing[name]));
  const button = document.createElement("button");
  button.textContent = "Save";
  button.setAttribute("aria-label", `Save ${title}`);
  made.append(button);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = {};
    for (const input of made.querySelectorAll("input"))
      body[input.name] = input.type === "checkbox" ? input.checked : input.value;
    try {
      await save(body);
      document.getElementById("said").textContent = `Saved ${title}.`;
    } catch (error) {
      document.getElementById("said").textContent = error.message;
    }
  });
  return made;
}

async function saveChannel(channel, app, { app_in: present, ...body }) {
  await send(`channels/${channel.id}`, body);
  await send(`channels/${channel.id}/members`, { user: app, present });
}

const { app, channels, people } = await (await fetch("/playground/switches")).json();
for (const channel of channels) {
  const thing = { ...channel, app_in: channel.members.includes(app) };
  const save = (body) => saveChannel(channel, app, body);
  document
    .getElementById("channels")
    .append(form(`#${channel.name}`, { ...CHANNEL, app_in: "The app is in it" }, thing, save));
}
for (const person of people.filter((one) => !one.is_bot)) {
  const save = (body) => send(`people/${person.id}/profile`, body);
  document.getElementById("people").append(form(person.real_name, PERSON, person, save));
}
