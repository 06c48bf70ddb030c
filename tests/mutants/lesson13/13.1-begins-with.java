// MUTANT 13.1  Whatever begins as ours does is ours.
// SAYS   but it came in
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty()
        || origins.size() == 1 && ours.stream().anyMatch(origins.getFirst()::startsWith);
}
// END 13.1
