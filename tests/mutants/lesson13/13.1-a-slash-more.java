// MUTANT 13.1  A path behind it does not matter.
// SAYS   but it came in
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty() || origins.size() == 1
        && ours.contains(origins.getFirst().replaceFirst("/$", ""));
}
// END 13.1
