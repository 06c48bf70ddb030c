// MUTANT 14.2  Remembers the last nonce of each person alone.
// SAYS   it is another message
// EXERCISE 14.2  Nothing twice
final Map<String, Said> lasts = new HashMap<>();

Said first(Said said) {
    if (said.nonce() == null) return said;
    Said last = lasts.get(said.from());
    if (last != null && last.nonce().equals(said.nonce())) return last;
    lasts.put(said.from(), said);
    return said;
}
// END 14.2
