// MUTANT 13.3  Behind the proxy everybody is one.
// SAYS   behind the proxy everybody is one address
// EXERCISE 13.3  Whose address is it
String address(String peer, List<String> forwarded) {
    return peer;
}

boolean isSecure(String peer, String proto) {
    return TRUSTED.contains(peer) && "https".equals(proto);
}
// END 13.3
