// MUTANT 13.1  An empty Origin is taken for none.
// SAYS   its Origin is there, and empty
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty() || origins.size() == 1
        && (origins.getFirst().isEmpty() || ours.contains(origins.getFirst()));
}
// END 13.1
