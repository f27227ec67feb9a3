package io.millrace.search.index;

import java.util.concurrent.atomic.LongAdder;

/** Numbers of the index and of its documents, for metrics. Safe for several threads. */
public final class IndexStats {

  private final LongAdder taken = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder rebuilt = new LongAdder();
  private volatile long documents;
  private volatile long indexBytes;
  private volatile long embedded;
  private volatile long rounds;

  public void recordRead() {
    taken.increment();
  }

  public void recordSkipped() {
    skipped.increment();
  }

  public void recordRebuild() {
    rebuilt.increment();
  }

  public void setIndex(long documents, long bytes) {
    this.documents = documents;
    this.indexBytes = bytes;
  }

  public void setEmbeddings(long documents, long rounds) {
    this.embedded = documents;
    this.rounds = rounds;
  }

  /** Documents that can be found by their embedding. */
  public long embeddedDocuments() {
    return embedded;
  }

  /** Times that all documents were embedded. */
  public long rounds() {
    return rounds;
  }

  /** Records read. */
  public long recordsRead() {
    return taken.sum();
  }

  /** Records read that cannot be used. */
  public long recordsSkipped() {
    return skipped.sum();
  }

  /** Times that the index was rebuilt. */
  public long rebuilds() {
    return rebuilt.sum();
  }

  /** Documents that can be found. */
  public long documents() {
    return documents;
  }

  /** The size of the index on disk. */
  public long indexBytes() {
    return indexBytes;
  }
}
