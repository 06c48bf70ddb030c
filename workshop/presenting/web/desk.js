// What follows # in the address is the token from the terminal: it is posted once, and taken out of
// the address, which everybody in the room may read.
const token = location.hash.slice(1);
history.replaceState(null, '', '/desk');
if (token) {
  const answer = await fetch('/desk', { method: 'POST', body: token });
  if (answer.ok) location.replace('/desk');
  else document.querySelector('[role=status]').textContent =
    'This address is an old one: the terminal that runs ./jbang slides names the new one.';
}
