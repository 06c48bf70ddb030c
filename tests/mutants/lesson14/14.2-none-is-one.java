// MUTANT 14.2  Takes no nonce for a nonce.
// SAYS   without a nonce
// EXERCISE 14.2  Nothing twice
final Map<String, Said> firsts = Kept.last(10_000);

Said first(Said said) {
    Said first = firsts.putIfAbsent(said.from() + " " + said.nonce(), said);
    return first == null ? said : first;
}
// END 14.2
