package io.millrace.search;

import java.util.concurrent.atomic.LongAdder;

/** What the search service has done so far. Safe for several threads. */
final class SearchFigures {

  private final LongAdder taken = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder rebuilt = new LongAdder();
  private volatile long documents;
  private volatile long indexBytes;
  private volatile long embedded;
  private volatile long rounds;

  void recordTaken() {
    taken.increment();
  }

  void recordSkipped() {
    skipped.increment();
  }

  void indexBegunAnew() {
    rebuilt.increment();
  }

  void indexHas(long documents, long bytes) {
    this.documents = documents;
    this.indexBytes = bytes;
  }

  void embeddingsAre(long documents, long rounds) {
    this.embedded = documents;
    this.rounds = rounds;
  }

  /** Documents that can be found by their embedding. */
  long embedded() {
    return embedded;
  }

  /** Times that all documents were embedded. */
  long rounds() {
    return rounds;
  }

  /** Records read. */
  long taken() {
    return taken.sum();
  }

  /** Those of them that cannot be used. */
  long skipped() {
    return skipped.sum();
  }

  /** Times that the index was begun anew. */
  long rebuilt() {
    return rebuilt.sum();
  }

  /** Documents that can be found. */
  long documents() {
    return documents;
  }

  /** How large the index is on disk. */
  long indexBytes() {
    return indexBytes;
  }
}
