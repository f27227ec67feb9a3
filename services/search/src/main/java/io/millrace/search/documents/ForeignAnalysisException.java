package io.millrace.search.documents;

/**
 * A text cannot be compared with the documents, since they were counted with another analysis: its
 * terms would be other words, and nothing would be found. The message names both.
 */
public final class ForeignAnalysisException extends TextQueryException {

  private static final long serialVersionUID = 1L;

  ForeignAnalysisException(QueryAnalysis own, long counted) {
    super(
        ("the text would be analyzed with %s, but documents were counted with %s: give the settings"
                + " of the text service, or let it count all documents again by `millrace documents"
                + " reset`")
            .formatted(own, own.explain(counted)));
  }
}
