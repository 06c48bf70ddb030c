// MUTANT 13.1  Who is no browser is shut out, too.
// SAYS   a client without an Origin is no browser
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.size() == 1 && ours.contains(origins.getFirst());
}
// END 13.1
