// MUTANT 13.3★  Whatever stands there is the address.
// SAYS   is no address
// EXERCISE 13.3  Whose address is it
String address(String peer, List<String> forwarded) {
    String address = peer;
    for (String hop : List.of(String.join(",", forwarded).split(",")).reversed()) {
        if (!TRUSTED.contains(address)) break; // nobody vouches for what it says
        if (!hop.isBlank()) address = hop.strip();
    }
    return address;
}

boolean isSecure(String peer, String proto) {
    return TRUSTED.contains(peer) && "https".equals(proto);
}
// END 13.3
