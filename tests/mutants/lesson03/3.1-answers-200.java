// MUTANT 3.1  Stores and tells what it stored, but with the default status.
// SAYS   the POST of a message must be answered with 201, but got 200
// EXERCISE 3.1  Create
void create(Context ctx) throws IOException {
    Message message = store(draft(ctx));
    ctx.header("Location", "/messages/" + message.id()).json(message);
}
// END 3.1
