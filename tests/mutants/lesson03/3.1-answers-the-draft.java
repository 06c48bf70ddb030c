// MUTANT 3.1  Answers what was sent, which has neither id nor time.
// SAYS   “id” is missing
// EXERCISE 3.1  Create
void create(Context ctx) throws IOException {
    Draft draft = draft(ctx);
    Message message = store(draft);
    ctx.status(201).header("Location", "/messages/" + message.id()).json(draft);
}
// END 3.1
