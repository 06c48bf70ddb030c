// MUTANT 13.3★  It compares as it is written.
// SAYS   2001:db8::7 is a proxy of ours
// EXERCISE 13.3  Whose address is it
String address(String peer, List<String> forwarded) {
    String address = peer;
    for (String hop : List.of(String.join(",", forwarded).split(",")).reversed()) {
        if (!TRUSTED.contains(address)) break; // nobody vouches for what it says
        String before = Addresses.literal(hop.strip());
        if (before == null) break; // no address: a name would cost a question to DNS, each time
        address = hop.strip();
    }
    return address;
}

boolean isSecure(String peer, String proto) {
    return TRUSTED.contains(peer) && "https".equals(proto);
}
// END 13.3
