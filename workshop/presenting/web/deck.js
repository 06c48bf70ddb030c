// Moves through the slides, keeps the windows of this browser together, shows what was saved,
// and says when a slide holds too much.

const root = document.documentElement;
const view = root.dataset.view; // audience, presenter or print
const live = document.querySelector('[aria-live]');
const keys = document.querySelector('dialog');
const windows = new BroadcastChannel('slides');
const narrow = matchMedia('(max-width: 700px)');
const toast = document.querySelector('.toast');
let main = document.querySelector('main');
let slides = [];
let at = 0;
let step = 0; // of the slide: what comes later is not there yet

// ---- Where we are: #/02/3, or #/02/3/1 after one step ----

const lesson = () => main.dataset.lesson;
const address = number => (view === 'presenter' ? '/desk/' : '/') + number;

function asked() {
  const [, number, slide, after] =
    location.hash.match(/^#\/(\d\d)(?:\/(\d+))?(?:\/(\d+))?$/) ?? [];
  return { lesson: number ?? lesson(), slide: Number(slide ?? 1), step: Number(after ?? 0) };
}

// An answer that was not shown has a place and nothing in it. Who stands there sees what is before
// it, and sees the answer as soon as the presenter shows it.
const withheld = section => view !== 'presenter' && section.matches('.withheld');
const seen = () => slides.slice(0, at + 1).findLast(section => !withheld(section));

function show(slide, { tell = true, step: after = 0 } = {}) {
  at = Math.min(Math.max(slide, 1), slides.length) - 1;
  const section = seen();
  const next = slides[at + 1];
  slides.forEach(each => {
    each.classList.toggle('current', each === section);
    each.classList.toggle('next', each === next);
  });
  if (!section) return;
  step = Math.min(after, steps(section));
  slides.forEach(each => draw(each, each === section ? step : Infinity));
  const place = `#/${lesson()}/${at + 1}${step ? `/${step}` : ''}`;
  history.replaceState(null, '', address(lesson()) + location.search + place);
  document.querySelector('nav output').textContent = `${at + 1} / ${slides.length}`;
  live.textContent = `Slide ${at + 1} of ${slides.length}: ${section.ariaLabel}`;
  if (view === 'presenter') {
    const notes = section.querySelector('.notes');
    const said = notes ? notes.cloneNode(true).childNodes : ['No notes.'];
    document.querySelector('.said').replaceChildren(...said);
    document.querySelector('.said').scrollTop = 0;
    const answers = answersTo(section.dataset.exercise);
    const button = document.querySelector('.answers');
    button.disabled = answers.length === 0;
    button.firstChild.data = answers.length && !answers.some(each => each.matches('.withheld'))
      ? 'Take the answer back ' : 'Show the answer ';
  }
  if (!keys.open) section.focus({ preventScroll: !overview() });
  if (tell) {
    windows.postMessage({ from: view, lesson: lesson(), slide: at + 1, step, black: black() });
  }
}

// ---- Step by step ----

function steps(section) {
  const drawn = [...section.querySelectorAll('[data-step], [data-until]')]
    .map(each => Number(each.dataset.step ?? each.dataset.until));
  const coded = [...section.querySelectorAll('[data-lines]')]
    .map(code => code.dataset.lines.split('|').length);
  return Math.max(0, zooms(section).length, ...drawn, ...coded);
}

function draw(section, now) {
  for (const each of section.querySelectorAll('[data-step]')) {
    each.classList.toggle('later', Number(each.dataset.step) > now);
  }
  for (const each of section.querySelectorAll('[data-until]')) {
    each.classList.toggle('still', Number(each.dataset.until) > now);
  }
  for (const code of section.querySelectorAll('[data-lines]')) light(code, now);
  zoom(section, now);
}

// Some lines stand in the light, the others in the shade; without a step, and after the last, all
// are lit.
function light(code, now) {
  const lit = (code.dataset.lines.split('|')[now - 1] ?? '').split(',')
    .map(range => range.split('-').map(Number)).filter(([first]) => first);
  const high = 100 / (code.textContent.replace(/\n$/, '').split('\n').length);
  const bands = [];
  let y = 0;
  for (const [first, last = first] of lit) {
    bands.push(`#0006 ${y}% ${(first - 1) * high}%`, `#000 ${(first - 1) * high}% ${last * high}%`);
    y = last * high;
  }
  code.style.maskImage = lit.length
    ? `linear-gradient(to bottom, ${bands.join(', ')}, #0006 ${y}% 100%)` : '';
}

// The map of the course comes whole first, then part by part, so near that all can read it.
function zooms(section) {
  if (!section.querySelector('.picture #lesson01')) return [];
  return [...main.querySelectorAll('.map > ol > li')].map(part =>
    [...part.querySelectorAll('li')].map(each =>
      section.querySelector(`.picture #lesson${each.textContent}`)).filter(found => found));
}

function zoom(section, now) {
  const parts = zooms(section);
  if (parts.length === 0) return;
  const svg = parts[0][0].closest('svg');
  svg.dataset.whole ??= svg.getAttribute('viewBox');
  const near = parts[now - 1];
  svg.classList.toggle('near', near !== undefined);
  if (!near) return svg.setAttribute('viewBox', svg.dataset.whole);
  const boxes = near.map(lesson => lesson.getBBox());
  const x = Math.min(...boxes.map(box => box.x)) - 8;
  const y = Math.min(...boxes.map(box => box.y)) - 8;
  svg.setAttribute('viewBox', [x, y, Math.max(...boxes.map(box => box.x + box.width)) + 8 - x,
    Math.max(...boxes.map(box => box.y + box.height)) + 8 - y].join(' '));
}

function forward() {
  if (step < steps(seen())) return show(at + 1, { step: step + 1 });
  const to = slides.findIndex((section, i) => i > at && !withheld(section));
  if (to >= 0) show(to + 1);
  else if (main.dataset.after) go({ lesson: main.dataset.after, slide: 1 });
}

function back() {
  if (step > 0) return show(at + 1, { step: step - 1 });
  const here = slides.indexOf(seen());
  const to = slides.findLastIndex((section, i) => i < here && !withheld(section));
  if (to >= 0) show(to + 1, { step: Infinity });
  else if (main.dataset.before) {
    go({ lesson: main.dataset.before, slide: Infinity, step: Infinity });
  }
}

// ---- Answers ----

function answersTo(exercise) {
  return slides.filter(section => exercise && section.dataset.exercise === exercise
    && section.matches('.answer, .withheld'));
}

async function showAnswers() {
  const exercise = slides[at].dataset.exercise;
  const answers = answersTo(exercise);
  if (!answers.length) return tellShortly('There is no answer to show here.');
  const now = answers.some(each => each.matches('.withheld'));
  const answer = await fetch(`/desk/answers/${exercise}`, { method: now ? 'POST' : 'DELETE' });
  if (!answer.ok) return tellShortly('Only the presenter’s desk shows answers.');
  const first = slides.indexOf(answers[0]) + 1;
  windows.postMessage({ saved: true });
  await showSaved();
  show(now ? Math.max(first, at + 1) : at + 1);
}

let quiet;
function tellShortly(text) {
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => { toast.hidden = true; }, 4000);
}

// Another lesson, or this one as it was saved: only the slides are exchanged, so that a full
// screen stays one.
async function load(number) {
  const answer = await fetch(address(number));
  if (!answer.ok) {
    live.textContent = `There are no slides for lesson ${number}.`;
    return false;
  }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  main.replaceWith(main = document.adoptNode(page.querySelector('main')));
  document.title = page.title;
  adopt();
  return true;
}

async function go(place, options) {
  if (place.lesson === lesson() || await load(place.lesson)) {
    show(place.slide, { step: place.step, ...options });
  }
}

function adopt() {
  slides = [...main.querySelectorAll('section')];
  for (const code of main.querySelectorAll('pre code')) {
    const language = code.className.replace('language-', '');
    if (language !== 'plaintext' && hljs.getLanguage(language)) hljs.highlightElement(code);
  }
  slides.forEach((section, i) => {
    section.dataset.of = slides.length;
    section.addEventListener('click', () => {
      if (overview()) { lookOver(false); show(i + 1); }
    });
  });
  size.disconnect();
  size.observe(main);
  measure();
}

// ---- Too much for one slide? ----
// Letters take the first of these sizes that fits; where none does the author has to cut.
// Beside a picture they do not grow: the room is the picture's. A phone scrolls.

const sizes = [1.6, 1.45, 1.3, 1.15, 1, .9, .8];

const size = new ResizeObserver(() => measure());
addEventListener('load', () => measure(), true); // each picture too

function measure() {
  if (overview()) return;
  const full = slides.filter(section => section.firstElementChild).filter(section => {
    const fixed = narrow.matches || section.matches('.title')
        || section.querySelector('.body > svg, img');
    return sizes.filter(letters => letters <= 1 || !fixed).every(letters => {
      section.style.setProperty('--letters', letters);
      return holdsTooMuch(section);
    });
  });
  slides.forEach(section => section.classList.toggle('overflow', full.includes(section)));
  root.dataset.overflow = full.map(section => section.dataset.number).join(' ');
}

function holdsTooMuch(section) {
  const wider = box => box.scrollWidth > box.clientWidth + 1;
  const higher = box => box.scrollHeight > box.clientHeight + 1;
  const page = section.firstElementChild, body = page.querySelector('.body');
  return higher(page) || higher(body) || wider(page)
      || (!narrow.matches && [...section.querySelectorAll('pre')].some(wider))
      || [...body.querySelectorAll('svg[viewBox]')].some(beyondItsBox);
}

function beyondItsBox(svg) {
  const box = svg.viewBox.baseVal, drawn = svg.getBBox(), slack = box.width / 200;
  return drawn.x < box.x - slack || drawn.x + drawn.width > box.x + box.width + slack
      || drawn.y < box.y - slack || drawn.y + drawn.height > box.y + box.height + slack;
}

// ---- Keys, fingers, buttons ----

const overview = () => root.hasAttribute('data-overview');
const black = () => root.hasAttribute('data-black');

function lookOver(on) {
  root.toggleAttribute('data-overview', on);
  slides[at]?.scrollIntoView({ block: 'center' });
  slides[at]?.focus({ preventScroll: true });
}

function darken(on = !black()) {
  root.toggleAttribute('data-black', on);
  show(at + 1, { step });
}

const openWindow = which => window.open(`${which === 'presenter' ? '/desk' : ''}/${lesson()}`
    + `#/${lesson()}/${at + 1}`, `slides-${which}`, 'width=1280,height=800');

const does = {
  ArrowRight: forward, PageDown: forward, ' ': forward, ArrowLeft: back, PageUp: back,
  Home: () => show(1), End: () => show(slides.length),
  Escape: () => lookOver(!overview()), o: () => lookOver(!overview()),
  Enter: () => overview() && lookOver(false),
  f: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen(),
  p: () => view === 'audience' && openWindow('presenter'),
  a: showAnswers,
  b: () => darken(), '.': () => darken(), // what a clicker sends
  r: () => view === 'presenter' && startAgain(),
  '?': () => keys.showModal(),
};

addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey || keys.open) return;
  if ([' ', 'Enter'].includes(event.key) && event.target.closest('a, button')) return;
  const key = event.shiftKey && event.key === ' ' ? 'ArrowLeft' : event.key;
  if (!Object.hasOwn(does, key)) return;
  event.preventDefault();
  does[key]();
});

for (const button of document.querySelectorAll('[data-go]')) {
  button.addEventListener('click', () => button.dataset.go > 0 ? forward() : back());
}

let touched = null;
addEventListener('touchstart', event => {
  const code = event.target.closest('pre'); // long lines are moved sideways by the same gesture
  touched = event.touches.length === 1 && !(code?.scrollWidth > code?.clientWidth)
    ? event.touches[0] : null;
}, { passive: true });
addEventListener('touchend', event => {
  if (!touched || overview()) return;
  const x = event.changedTouches[0].clientX - touched.clientX;
  const y = event.changedTouches[0].clientY - touched.clientY;
  if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) (x < 0 ? forward : back)();
  touched = null;
}, { passive: true });

addEventListener('hashchange', () => go(asked()));

// ---- The windows of this browser ----
// The presenter's window leads; it follows an audience's window that is moved by hand and passes
// the move on. Without a presenter each window goes its own way.

windows.addEventListener('message', async ({ data }) => {
  if (data.saved) return showSaved();
  if (data.hello) return view === 'presenter' && show(at + 1, { step });
  if (data.from === view || view === 'print') return;
  root.toggleAttribute('data-black', data.black);
  await go(data, { tell: view === 'presenter' });
});

// One window watches for all: a browser opens six connections to a host, and a seventh window
// would hang (lesson 05). Over the network there are no locks; there each window watches.
function watch() {
  const source = new EventSource('/changes');
  source.addEventListener('changed', () => {
    windows.postMessage({ saved: true });
    showSaved();
  });
  return new Promise(() => {}); // keeps the lock until the window closes
}

async function showSaved() {
  if (view !== 'print' && await load(lesson())) show(at + 1, { tell: false, step });
}

// ---- The presenter's desk ----

const twoDigits = number => String(number).padStart(2, '0');

function startAgain() {
  sessionStorage.started = Date.now();
  tick();
}

function tick() {
  const now = new Date(), seconds = Math.round((now - sessionStorage.started) / 1000);
  document.querySelector('.clock').textContent = `${now.getHours()}:${twoDigits(now.getMinutes())}`;
  document.querySelector('.elapsed').textContent =
    `${Math.floor(seconds / 60)}:${twoDigits(seconds % 60)}`;
}

// ---- Begin ----

adopt();
if (view !== 'print') {
  go(asked(), { tell: view === 'presenter' });
  if (view === 'audience') windows.postMessage({ hello: true });
  if (navigator.locks) navigator.locks.request('watch', watch); else watch();
}
if (view === 'presenter') {
  sessionStorage.started ??= Date.now();
  tick();
  setInterval(tick, 1000);
  document.querySelector('.again').addEventListener('click', startAgain);
  document.querySelector('.answers').addEventListener('click', showAnswers);
  document.querySelector('.window').addEventListener('click', () => openWindow('audience'));
}
