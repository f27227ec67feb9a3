package io.millrace.schemas.input;

import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Document;
import java.util.Optional;

/**
 * What a record says about a document.
 *
 * @param subject the document's id
 * @param document the document; empty if the record deletes it
 * @param looksLikeJson whether it was taken as plain text although it begins like JSON
 */
public record DocumentInput(Subject subject, Optional<Document> document, boolean looksLikeJson) {}
