// MUTANT 13.1  Only the first Origin is looked at.
// SAYS   it has two Origin headers
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty() || ours.contains(origins.getFirst());
}
// END 13.1
