// MUTANT 5.3  Is on the list before it waits, but believes a look from before that.
// SAYS   was posted at the very instant of asking
// EXERCISE 5.3  Nothing falls into the gap
List<Message> next(Context ctx, long after, long until) throws InterruptedException {
    boolean nothing = feed.after(after, 1).isEmpty();
    try (Waiting.Place place = waiting.take(ctx)) {
        if (nothing) place.sleep(left(until));
    }
    return feed.after(after, PAGE);
}
// END 5.3
