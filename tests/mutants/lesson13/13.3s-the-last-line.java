// MUTANT 13.3★  It reads one line.
// SAYS   are one list
// EXERCISE 13.3  Whose address is it
String address(String peer, List<String> forwarded) {
    String address = peer;
    String line = forwarded.isEmpty() ? "" : forwarded.getLast();
    for (String hop : List.of(line.split(",")).reversed()) {
        if (!TRUSTED.contains(address)) break; // nobody vouches for what it says
        String before = Addresses.literal(hop.strip());
        if (before == null) break; // no address: a name would cost a question to DNS, each time
        address = before;
    }
    return address;
}

boolean isSecure(String peer, String proto) {
    return TRUSTED.contains(peer) && "https".equals(proto);
}
// END 13.3
