// MUTANT 13.1  Ours stands in it somewhere.
// SAYS   but it came in
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty()
        || origins.size() == 1 && ours.stream().anyMatch(origins.getFirst()::contains);
}
// END 13.1
