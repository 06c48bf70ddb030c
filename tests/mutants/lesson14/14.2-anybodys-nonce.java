// MUTANT 14.2  Takes a nonce for the same, whoever uses it.
// SAYS   another person
// EXERCISE 14.2  Nothing twice
final Map<String, Said> firsts = Kept.last(10_000);

Said first(Said said) {
    if (said.nonce() == null) return said;
    Said first = firsts.putIfAbsent(said.nonce(), said);
    return first == null ? said : first;
}
// END 14.2
