// MUTANT 3.2  Names both fields, whichever is missing.
// SAYS   so nobody learns which of them is missing
// EXERCISE 3.2  Refuse
ObjectMapper mapper() {
    return JsonMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a newer client knows more
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .withCoercionConfig(LogicalType.Textual, texts -> texts
            .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .build();
}

Draft draft(Context ctx) throws IOException {
    String type = Objects.requireNonNullElse(ctx.contentType(), "").split(";")[0].strip();
    if (!type.equalsIgnoreCase("application/json")) {
        throw new UnsupportedMediaTypeResponse("Send JSON, and Content-Type: application/json.");
    }
    Draft draft;
    try {
        draft = json.readValue(ctx.bodyAsBytes(), Draft.class); // bytes: JSON is always UTF-8
    } catch (JsonMappingException mismatch) {
        throw new BadRequestResponse(mismatch.getPath().stream().findFirst()
            .map(place -> "The field " + place.getFieldName() + " must be a text.")
            .orElse("Send one JSON object with the fields from and text."));
    } catch (JsonProcessingException broken) {
        JsonLocation place = broken.getLocation(); // none where it nests deeper than Jackson goes
        throw new BadRequestResponse(place == null ? "This JSON nests too deep."
            : "This is no JSON from line " + place.getLineNr() + ", column " + place.getColumnNr()
            + " on.");
    }
    if (draft == null) throw new BadRequestResponse("Send one JSON object, not null.");
    requireText("from", draft.from());
    requireText("text", draft.text());
    // A character is what people count, so a smiley is one, though Java keeps it in two chars.
    if (draft.text().codePointCount(0, draft.text().length()) > MAX_TEXT) {
        throw new ContentTooLargeResponse("A text has at most " + MAX_TEXT + " characters.");
    }
    return draft;
}

void requireText(String field, String value) {
    if (value == null || value.isBlank()) {
        throw new BadRequestResponse("Neither from nor text may be missing or blank.");
    }
}
// END 3.2
