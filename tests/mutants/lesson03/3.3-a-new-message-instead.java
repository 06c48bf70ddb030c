// MUTANT 3.3  Deletes the old message and stores a new one.
// SAYS   a PUT keeps the id
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
    if (messages.remove(id) == null) throw missing(ctx);
    ctx.json(store(draft));
}

void delete(Context ctx) {
    if (messages.remove(id(ctx)) == null) throw missing(ctx);
    ctx.status(204);
}
// END 3.3
