// MUTANT 3.1  Takes the blanks around a text for a slip of the hand.
// SAYS   expected the text to come back as it was
// EXERCISE 3.1  Create
void create(Context ctx) throws IOException {
    Draft draft = draft(ctx);
    Message message = store(new Draft(draft.from().strip(), draft.text().strip()));
    ctx.status(201).header("Location", "/messages/" + message.id()).json(message);
}
// END 3.1
