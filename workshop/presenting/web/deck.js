// Moves through the slides, keeps the windows of this browser together, shows what was saved,
// and says when a slide holds too much.

const root = document.documentElement;
const view = root.dataset.view; // audience, presenter or print
const live = document.querySelector('[aria-live]');
const keys = document.querySelector('dialog');
const windows = new BroadcastChannel('slides');
const narrow = matchMedia('(max-width: 700px)');
let main = document.querySelector('main');
let slides = [];
let at = 0;

// ---- Where we are: #/02/3 ----

const lesson = () => main.dataset.lesson;

function asked() {
  const [, number, slide] = location.hash.match(/^#\/(\d\d)(?:\/(\d+))?$/) ?? [];
  return { lesson: number ?? lesson(), slide: Number(slide ?? 1) };
}

function show(slide, { tell = true } = {}) {
  at = Math.min(Math.max(slide, 1), slides.length) - 1;
  slides.forEach((section, i) => {
    section.classList.toggle('current', i === at);
    section.classList.toggle('next', i === at + 1);
  });
  const section = slides[at];
  if (!section) return;
  history.replaceState(null, '', `/${lesson()}${location.search}#/${lesson()}/${at + 1}`);
  document.querySelector('nav output').textContent = `${at + 1} / ${slides.length}`;
  live.textContent = `Slide ${at + 1} of ${slides.length}: ${section.ariaLabel}`;
  if (view === 'presenter') {
    const notes = section.querySelector('.notes');
    const said = notes ? notes.cloneNode(true).childNodes : ['No notes.'];
    document.querySelector('.said').replaceChildren(...said);
    document.querySelector('.said').scrollTop = 0;
  }
  if (!keys.open) section.focus({ preventScroll: !overview() });
  if (tell) windows.postMessage({ from: view, lesson: lesson(), slide: at + 1, black: black() });
}

// Another lesson, or this one as it was saved: only the slides are exchanged, so that a full
// screen stays one.
async function load(number) {
  const answer = await fetch(`/${number}`);
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
  if (place.lesson === lesson() || await load(place.lesson)) show(place.slide, options);
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

const sizes = [1.3, 1.15, 1, .9, .8];

const size = new ResizeObserver(() => measure());
addEventListener('load', () => measure(), true); // each picture too

function measure() {
  if (overview()) return;
  const full = slides.filter(section => {
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
  const page = section.firstElementChild, body = page.lastElementChild;
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
  show(at + 1);
}

const openWindow = which => window.open(`/${lesson()}${which === 'presenter' ? '?presenter' : ''}`
    + `#/${lesson()}/${at + 1}`, `slides-${which}`, 'width=1280,height=800');

const does = {
  ArrowRight: () => show(at + 2), PageDown: () => show(at + 2), ' ': () => show(at + 2),
  ArrowLeft: () => show(at), PageUp: () => show(at),
  Home: () => show(1), End: () => show(slides.length),
  Escape: () => lookOver(!overview()), o: () => lookOver(!overview()),
  Enter: () => overview() && lookOver(false),
  f: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen(),
  p: () => view === 'audience' && openWindow('presenter'),
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
  button.addEventListener('click', () => show(at + 1 + Number(button.dataset.go)));
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
  if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) show(at + (x < 0 ? 2 : 0));
  touched = null;
}, { passive: true });

addEventListener('hashchange', () => go(asked()));

// ---- The windows of this browser ----
// The presenter's window leads; it follows an audience's window that is moved by hand and passes
// the move on. Without a presenter each window goes its own way.

windows.addEventListener('message', async ({ data }) => {
  if (data.saved) return showSaved();
  if (data.hello) return view === 'presenter' && show(at + 1);
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
  if (view !== 'print' && await load(lesson())) show(at + 1, { tell: false });
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
  document.querySelector('.window').addEventListener('click', () => openWindow('audience'));
}
