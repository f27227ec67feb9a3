/**
 * {@code millrace documents}: queries over document vectors, and the administration of the text
 * service. Start reading at {@link io.millrace.cli.documents.DocumentsQueryCommand}, which opens
 * the index.
 */
@NullMarked
package io.millrace.cli.documents;

import org.jspecify.annotations.NullMarked;
