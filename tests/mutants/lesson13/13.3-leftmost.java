// MUTANT 13.3  It takes what the client has made up.
// SAYS   made up by the client
// EXERCISE 13.3  Whose address is it
String address(String peer, List<String> forwarded) {
    if (!TRUSTED.contains(peer)) return peer;
    for (String hop : String.join(",", forwarded).split(",")) {
        String address = Addresses.literal(hop.strip());
        if (address != null && !TRUSTED.contains(address)) return address;
    }
    return peer;
}

boolean isSecure(String peer, String proto) {
    return TRUSTED.contains(peer) && "https".equals(proto);
}
// END 13.3
