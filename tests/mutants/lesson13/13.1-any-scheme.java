// MUTANT 13.1  http or https, it is the same to it.
// SAYS   but it came in
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty() || origins.size() == 1
        && ours.stream().anyMatch(our -> our.replaceFirst("^https", "http")
            .equals(origins.getFirst().replaceFirst("^https", "http")));
}
// END 13.1
