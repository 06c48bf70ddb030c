// The token of the desk is no part of an address that everybody in the room may read.
if (location.pathname === '/desk') history.replaceState(null, '', '/desk');

// A link to a slide works from here too: #/02/3 is slide 3 of lesson 02.
const go = () => {
  const lesson = location.hash.match(/^#\/(\d\d)\b/)?.[1];
  if (lesson) location.replace(`/${lesson}${location.search}${location.hash}`);
};
addEventListener('hashchange', go);
go();
