// MUTANT 13.1  A frame without an origin passes.
// SAYS   the page comes from null
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty() || origins.size() == 1
        && (origins.getFirst().equals("null") || ours.contains(origins.getFirst()));
}
// END 13.1
