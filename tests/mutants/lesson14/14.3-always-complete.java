// MUTANT 14.3  Says that nothing is missing, whatever it knows.
// SAYS   so complete is false
// EXERCISE 14.3  Nothing missed
final Map<Member, Map<String, Long>> seen = new WeakHashMap<>(); // by room; gone with the member

void join(Member member, String room, Long after) throws Refused {
    if (after != null) member.tell("history", history(room, after));
    seen.computeIfAbsent(member, _ -> new HashMap<>()).put(room, after == null ? 0L : after);
    floor.enter(member, room);
}

History history(String room, long after) {
    List<Said> missed = log.of(room).stream().filter(said -> said.id() > after).toList();
    int cut = Math.max(0, missed.size() - MOST_MESSAGES);
    return new History(room, missed.subList(cut, missed.size()), cut == 0);
}

// ★ This server may be behind the one that the member has left: then old news come live here.
boolean isNews(Member member, Said said) {
    return said.id() > seen.getOrDefault(member, Map.of()).getOrDefault(said.room(), 0L);
}
// END 14.3
