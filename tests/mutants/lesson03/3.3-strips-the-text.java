// MUTANT 3.3  Takes the blanks around a text away when it is replaced.
// SAYS   the PUT said “text” is
// EXERCISE 3.3  Read, replace, delete
long id(Context ctx) {
    String id = ctx.pathParam("id");
    if (!id.matches("[0-9]{1,18}")) throw new BadRequestResponse("The id " + id + " is no number.");
    return Long.parseLong(id);
}

NotFoundResponse missing(Context ctx) {
    return new NotFoundResponse("There is no message " + ctx.pathParam("id") + ".");
}

void read(Context ctx) {
    Message message = messages.get(id(ctx));
    if (message == null) throw missing(ctx);
    ctx.json(message);
}

void replace(Context ctx) throws IOException {
    long id = id(ctx);
    Draft draft = draft(ctx);
    // One step: between a get and a put somebody could delete it, and the put would undo that.
    Message replaced = messages.computeIfPresent(id,
        (_, old) -> new Message(id, draft.from(), draft.text().strip(), old.at()));
    if (replaced == null) throw missing(ctx);
    ctx.json(replaced);
}

void delete(Context ctx) {
    if (messages.remove(id(ctx)) == null) throw missing(ctx);
    ctx.status(204);
}
// END 3.3
