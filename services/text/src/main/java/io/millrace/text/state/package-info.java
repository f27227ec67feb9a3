/**
 * What the text service keeps: the live documents of a partition, its metadata, and the document
 * frequencies of this and all other partitions. Start reading at {@link
 * io.millrace.text.state.LiveDocuments} and {@link io.millrace.text.state.GlobalFrequencies}.
 */
@NullMarked
package io.millrace.text.state;

import org.jspecify.annotations.NullMarked;
