/**
 * {@code millrace words}: queries over the published word vectors. Start reading at {@link
 * io.millrace.cli.words.WordsQueryCommand}, which reads them.
 */
@NullMarked
package io.millrace.cli.words;

import org.jspecify.annotations.NullMarked;
