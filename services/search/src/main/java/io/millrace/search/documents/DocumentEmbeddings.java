package io.millrace.search.documents;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.documents.DocumentEmbedder.Embedded;
import io.millrace.search.index.DocumentCursor;
import io.millrace.search.index.IndexedDocument;
import io.millrace.search.index.VectorIndex;
import io.millrace.search.nearest.NearestNeighbours;
import io.millrace.search.words.WordTable;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The embeddings of all documents, in memory. A document is embedded when its vector comes. Word
 * vectors change all the time, so all documents are embedded again in rounds, a slice at a time
 * between other work.
 *
 * <p>One thread writes and runs the rounds, others read meanwhile.
 */
public final class DocumentEmbeddings implements AutoCloseable {

  private final VectorIndex index;
  private final WordTable words;
  private final DocumentEmbedder embedder;
  private final int maxDocuments;
  private final LongAdder rounds = new LongAdder();

  /** Documents changed since the round began: those that the round has may be older. */
  private final Set<String> touched = new HashSet<>();

  private volatile ExactVectorIndex embeddings = new ExactVectorIndex(1);
  private @Nullable DocumentCursor round;
  private long changesSeen = -1;
  private boolean incomplete = true;

  /**
   * No embeddings yet.
   *
   * @param index the documents
   * @param words the vectors of their terms
   * @param maxDocuments the most embeddings that are held; further documents get none
   */
  public DocumentEmbeddings(VectorIndex index, WordTable words, int maxDocuments) {
    this.index = index;
    this.words = words;
    this.embedder = new DocumentEmbedder(words);
    this.maxDocuments = maxDocuments;
  }

  /** Embeds a document's newest vector. */
  public void put(String id, DocumentVector vector) {
    touch(id);
    embed(id, vector);
  }

  /** Removes a document. */
  public void remove(String id) {
    touch(id);
    embeddings.remove(id);
  }

  private void touch(String id) {
    if (round != null) {
      touched.add(id);
    }
  }

  private void embed(String id, DocumentVector vector) {
    float[] embedded = embedder.embed(vector.getTerms(), vector.getWeights()).vector();
    ExactVectorIndex there = embeddings;
    if (embedded.length != there.dimensions()) {
      // Another model: its vectors cannot be compared with those before, so all are embedded again.
      incomplete = true;
      there = new ExactVectorIndex(embedded.length);
      embeddings = there;
    }
    boolean room = there.size() < maxDocuments || there.vector(id).isPresent();
    if (room && there.accepts(embedded)) {
      there.put(id, embedded);
    }
  }

  /** Whether word vectors have changed since the last round began. */
  public boolean isOutdated() {
    return words.changes() != changesSeen;
  }

  /** Whether documents lack an embedding until the next round: at first, and with another model. */
  public boolean isIncomplete() {
    return incomplete;
  }

  /** Whether a round is running. */
  public boolean isInRound() {
    return round != null;
  }

  /** Begins a round. The index must have been refreshed. */
  public void beginRound() {
    incomplete = false;
    changesSeen = words.changes();
    touched.clear();
    round = index.cursor();
  }

  /** Continues the round for about a time; does nothing if there is none. */
  public void embedFor(Duration slice) {
    DocumentCursor going = round;
    if (going == null) {
      return;
    }
    long end = System.nanoTime() + slice.toNanos();
    while (System.nanoTime() < end) {
      Optional<IndexedDocument> next = going.next();
      if (next.isEmpty()) {
        close();
        rounds.increment();
        return;
      }
      IndexedDocument found = next.get();
      if (!touched.contains(found.id())) {
        embed(found.id(), found.vector());
      }
    }
  }

  /** How much of the round is done, 0 to 1. */
  public double progress() {
    return round == null ? 1 : round.progress();
  }

  /** Ends the round. */
  @Override
  public void close() {
    if (round != null) {
      round.close();
    }
    round = null;
    touched.clear();
  }

  /** Embeds the terms of a document or text. */
  Embedded embed(List<String> terms, List<Double> weights) {
    return embedder.embed(terms, weights);
  }

  /**
   * The documents most similar to an embedding, without the one of an id; none whose cosine is 0 or
   * less.
   */
  List<Neighbour> nearest(
      NearestNeighbours by, Embedded to, int limit, @Nullable String excludedId) {
    ExactVectorIndex all = embeddings;
    if (to.termsWithVector() == 0 || to.vector().length != all.dimensions()) {
      return List.of();
    }
    return by.search(all, to.vector(), limit, id -> id.equals(excludedId)).stream()
        .filter(it -> it.similarity() > 0)
        .toList();
  }

  /** The embeddings by document id. */
  public ExactVectorIndex all() {
    return embeddings;
  }

  /** How many documents have an embedding. */
  public int documents() {
    return embeddings.size();
  }

  /** How many rounds were completed. */
  public long rounds() {
    return rounds.sum();
  }
}
