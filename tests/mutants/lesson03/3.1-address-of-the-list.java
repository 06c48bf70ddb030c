// MUTANT 3.1  Sends the client to the list instead of to the new message.
// SAYS   expected “Location: /messages/
// EXERCISE 3.1  Create
void create(Context ctx) throws IOException {
    Message message = store(draft(ctx));
    ctx.status(201).header("Location", "/messages").json(message);
}
// END 3.1
