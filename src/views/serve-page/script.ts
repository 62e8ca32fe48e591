/** Script of the page. Everything from outside becomes text, never markup. No template literals: this is one. */
export const PAGE_SCRIPT = `
'use strict';
const token = document.querySelector('meta[name="hooks-token"]').content;
const at = (id) => document.getElementById(id);
let drawn = '';

function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function button(text, label, press) {
  const element = make('button', text);
  element.type = 'button';
  element.setAttribute('aria-label', label);
  element.addEventListener('click', press);
  return element;
}

async function call(method, path, body) {
  const headers = { 'X-Hooks-Page': token };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(path, { method, headers, body, cache: 'no-store' });
  return { status: answer.status, isFine: answer.ok, text: await answer.text() };
}

function say(text, isBad) {
  at('said').textContent = text;
  at('said').className = isBad ? 'bad' : '';
}

async function press(what, method, path, body) {
  try {
    const answer = await call(method, path, body);
    say(what + ': ' + answer.status + (answer.text === '' ? '' : ' ' + answer.text), !answer.isFine);
  } catch (error) {
    say(what + ': ' + error.message, true);
  }
  await refresh();
}

function run(action) {
  const what = action.method + ' ' + action.path;
  if (action.body === null) return press(what, action.method, action.path);
  at('editor-title').textContent = what;
  at('editor-body').value = JSON.stringify(action.body, null, 2);
  at('editor-send').onclick = () => {
    at('editor').close();
    press(what, action.method, action.path, at('editor-body').value);
  };
  at('editor').showModal();
}

function item(label, one) {
  const box = make('div', undefined, 'item');
  box.append(make('h3', one.url || one.id));
  const wants = one.eventTypes === null ? '' : one.eventTypes === 'all' ? 'every event type' : one.eventTypes.join(', ');
  box.append(make('small', [one.id, wants].filter(Boolean).join(' · ')));
  if (one.isDisabled) box.append(' ', make('small', 'switched off', 'off'));
  const details = make('details');
  details.append(make('summary', 'as the API shows it'), make('pre', JSON.stringify(one.shown, null, 2)));
  const buttons = make('p', undefined, 'buttons');
  for (const action of one.actions) buttons.append(button(action.label, action.label + ', ' + label + ' ' + one.id, () => run(action)));
  box.append(details, buttons);
  return box;
}

function drawKinds(kinds) {
  at('kinds').replaceChildren(...kinds.map((kind, index) => {
    const section = make('section');
    const title = make('h2', kind.label + (kind.items.length === 0 ? ': none yet' : 's'));
    title.id = 'kind-' + index;
    section.setAttribute('aria-labelledby', title.id);
    section.append(title, ...kind.items.map((one) => item(kind.label, one)));
    if (kind.create) section.append(button('Create', 'Create ' + kind.label, () => run(kind.create)));
    return section;
  }));
}

function drawEvents(events) {
  at('events').replaceChildren(...events.map((event) => {
    const line = make('li');
    const text = make('span');
    text.append(make('code', event.eventType), ' ', make('small', event.description + ' ' + event.subscribers + ' subscribed.'));
    line.append(text, button('Send', 'Send ' + event.eventType, () =>
      press('Send ' + event.slug, 'POST', '/_hooks/events', JSON.stringify({ eventType: event.eventType }))));
    return line;
  }));
}

function drawDeliveries(deliveries) {
  at('deliveries').replaceChildren(...deliveries.map((one) => {
    const row = make('tr');
    const answer = [one.status, one.why].filter((part) => part !== undefined).join(' ');
    row.append(make('td', new Date(one.createdAt).toLocaleTimeString()), make('td', one.eventType), make('td', one.url),
      make('td', one.outcome, one.outcome), make('td', answer));
    return row;
  }));
}

async function refresh() {
  let answer;
  try {
    answer = await call('GET', '/_hooks/state');
  } catch {
    return say('hooks serve does not answer any more', true);
  }
  if (!answer.isFine) return say('hooks serve was started anew: reload this page', true);
  if (answer.text === drawn || at('editor').open) return;
  drawn = answer.text;
  const state = JSON.parse(answer.text);
  const focused = document.activeElement && document.activeElement.getAttribute('aria-label');
  drawKinds(state.kinds);
  drawEvents(state.eventTypes);
  drawDeliveries(state.deliveries);
  at('assumed').replaceChildren(...state.assumed.map((text) => make('li', text)));
  const again = focused && [...document.querySelectorAll('button')].find((one) => one.getAttribute('aria-label') === focused);
  if (again) again.focus();
}

at('editor-cancel').addEventListener('click', () => at('editor').close());
(async function watch() {
  await refresh();
  setTimeout(watch, 1000);
})();
`;
