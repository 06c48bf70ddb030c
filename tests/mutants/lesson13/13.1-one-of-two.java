// MUTANT 13.1  One Origin of ours is enough.
// SAYS   it has two Origin headers
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty() || origins.stream().anyMatch(ours::contains);
}
// END 13.1
