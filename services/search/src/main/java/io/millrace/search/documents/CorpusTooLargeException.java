package io.millrace.search.documents;

/** The documents have more terms than the heap of this process can hold. */
public final class CorpusTooLargeException extends TextQueryException {

  private static final long serialVersionUID = 1L;

  CorpusTooLargeException(long maxTerms) {
    super(
        ("the documents have more than %d terms, and more would not fit into the heap of %d MiB of"
                + " this process: start it with a larger one (-Xmx, or twice that as the"
                + " container's limit) to weigh texts")
            .formatted(maxTerms, Runtime.getRuntime().maxMemory() >> 20));
  }
}
