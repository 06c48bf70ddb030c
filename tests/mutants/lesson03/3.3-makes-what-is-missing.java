// MUTANT 3.3  Lets a PUT create a message that is not there.
// SAYS   must be refused with 404, but got 200
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
    Message old = messages.get(id);
    var replaced = new Message(id, draft.from(), draft.text(), old == null ? now() : old.at());
    messages.lastId(Math.max(id, messages.lastId()));
    messages.put(id, replaced);
    ctx.json(replaced);
}

void delete(Context ctx) {
    if (messages.remove(id(ctx)) == null) throw missing(ctx);
    ctx.status(204);
}
// END 3.3
