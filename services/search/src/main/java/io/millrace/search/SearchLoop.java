package io.millrace.search;

import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.search.documents.DocumentEmbeddings;
import io.millrace.search.index.IndexStats;
import io.millrace.search.index.VectorIndex;
import java.time.Duration;
import org.apache.kafka.common.errors.WakeupException;

/**
 * What the service's one thread does: takes records in, lets them be found, makes them last, and
 * embeds all documents again when word vectors have changed. For one thread.
 */
final class SearchLoop {

  /** How long a round of embedding holds up the records that come meanwhile. */
  private static final Duration SLICE = Duration.ofMillis(50);

  private final VectorIndex index;
  private final DocumentEmbeddings embeddings;
  private final VectorTopicReader feed;
  private final IndexStats figures;
  private final Interval refreshing;
  private final Interval committing;
  private final Interval embedding;
  private boolean toRefresh = true;
  private boolean toCommit = true;

  SearchLoop(
      SearchConfig config,
      VectorIndex index,
      DocumentEmbeddings embeddings,
      VectorTopicReader feed,
      IndexStats figures) {
    this.index = index;
    this.embeddings = embeddings;
    this.feed = feed;
    this.figures = figures;
    this.refreshing = new Interval(config.refreshInterval());
    this.committing = new Interval(config.commitInterval());
    this.embedding = new Interval(config.embeddingInterval());
  }

  /** Goes on until the service is to stop. */
  void run(LoopService thread) {
    while (!thread.stopping()) {
      boolean changed;
      try {
        changed = feed.pollOnce(!embeddings.isInRound());
      } catch (WakeupException e) {
        return;
      }
      toRefresh |= changed;
      toCommit |= changed;
      if (toRefresh && feed.isCaughtUp() && refreshing.hasElapsed()) {
        index.refresh();
        figures.setIndex(index.documents(), index.sizeBytes());
        toRefresh = false;
      }
      embed(thread);
      if (toCommit && committing.hasElapsed()) {
        feed.commit();
        toCommit = false;
      }
    }
  }

  /** The service is ready after the first round. */
  private void embed(LoopService thread) {
    boolean mayBegin = !embeddings.isInRound() && !toRefresh;
    boolean due = embeddings.isIncomplete() || (embeddings.isOutdated() && embedding.hasElapsed());
    if (mayBegin && due) {
      embeddings.beginRound();
    }
    embeddings.embedFor(SLICE);
    figures.setEmbeddings(embeddings.documents(), embeddings.rounds());
    if (embeddings.rounds() > 0) {
      thread.setReady(true);
    }
  }

  /** Tells whether so much time has passed since it last said so; at first it has. */
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
