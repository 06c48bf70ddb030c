// MUTANT 13.1  Any port and scheme of our host is ours.
// SAYS   but it came in
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty() || origins.size() == 1 && ours.stream()
        .anyMatch(our -> host(our).equals(host(origins.getFirst())));
}

String host(String origin) {
    return origin.replaceFirst("^[a-z]*://", "").replaceFirst(":[0-9]*$", "");
}
// END 13.1
