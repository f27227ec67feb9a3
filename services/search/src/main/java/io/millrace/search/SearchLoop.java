package io.millrace.search;

import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.search.documents.DocumentEmbeddings;
import io.millrace.search.index.IndexStats;
import io.millrace.search.index.VectorIndex;
import io.millrace.search.nearest.HnswUpdater;
import java.time.Duration;
import org.apache.kafka.common.errors.WakeupException;

/**
 * The work of the service's one thread. Again and again:
 *
 * <ol>
 *   <li>Read records into the index.
 *   <li>Refresh the index, so that they are found ({@code search.refresh.interval.ms}).
 *   <li>Embed a slice of the documents, when word vectors have changed ({@code
 *       search.embedding.interval.ms}).
 *   <li>Commit the index with its position ({@code search.commit.interval.ms}).
 * </ol>
 */
final class SearchLoop {

  /** How long embedding delays the records that come meanwhile. */
  private static final Duration SLICE = Duration.ofMillis(50);

  private final VectorIndex index;
  private final DocumentEmbeddings embeddings;
  private final VectorTopicReader reader;
  private final HnswUpdater graphs;
  private final IndexStats stats;
  private final Interval refreshing;
  private final Interval committing;
  private final Interval embedding;
  private boolean toRefresh = true;
  private boolean toCommit = true;

  SearchLoop(
      SearchConfig config,
      VectorIndex index,
      DocumentEmbeddings embeddings,
      VectorTopicReader reader,
      HnswUpdater graphs,
      IndexStats stats) {
    this.index = index;
    this.embeddings = embeddings;
    this.reader = reader;
    this.graphs = graphs;
    this.stats = stats;
    this.refreshing = new Interval(config.refreshInterval());
    this.committing = new Interval(config.commitInterval());
    this.embedding = new Interval(config.embeddingInterval());
  }

  /** Runs until the service is to stop. */
  void run(LoopService loop) {
    while (!loop.stopping()) {
      loop.progressed();
      graphs.requireAlive();
      boolean changed;
      try {
        changed = reader.pollOnce(!embeddings.isInRound());
      } catch (WakeupException e) {
        return;
      }
      toRefresh |= changed;
      toCommit |= changed;
      if (toRefresh && reader.isCaughtUp() && refreshing.hasElapsed()) {
        index.refresh();
        stats.setIndex(index.documents(), index.sizeBytes());
        toRefresh = false;
      }
      embed(loop);
      if (toCommit && committing.hasElapsed()) {
        reader.commit();
        toCommit = false;
      }
    }
  }

  /** The service is ready after the first round. */
  private void embed(LoopService loop) {
    boolean mayBegin = !embeddings.isInRound() && !toRefresh;
    boolean due = embeddings.isIncomplete() || (embeddings.isOutdated() && embedding.hasElapsed());
    if (mayBegin && due) {
      embeddings.beginRound();
    }
    embeddings.embedFor(SLICE);
    stats.setEmbeddings(embeddings.documents(), embeddings.rounds());
    if (embeddings.rounds() > 0) {
      loop.setReady(true);
    }
  }

  /** Returns true once an interval, the first time at once. */
  private static final class Interval {

    private final long nanos;
    private long last;

    Interval(Duration interval) {
      this.nanos = interval.toNanos();
      this.last = System.nanoTime() - nanos;
    }

    boolean hasElapsed() {
      long now = System.nanoTime();
      if (now - last < nanos) {
        return false;
      }
      last = now;
      return true;
    }
  }
}
