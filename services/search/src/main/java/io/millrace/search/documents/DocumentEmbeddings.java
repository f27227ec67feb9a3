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
 * The embeddings of all documents, in memory. A document is embedded when it comes. Word vectors
 * change all the time, so all documents are embedded again in rounds, in slices between other work.
 *
 * <p>One thread brings documents and makes the rounds, others ask meanwhile.
 */
public final class DocumentEmbeddings implements AutoCloseable {

  private final VectorIndex index;
  private final WordTable words;
  private final DocumentEmbedder embedder;
  private final int maxDocuments;
  private final LongAdder rounds = new LongAdder();

  /** What came or went since the round began, of which its documents may be older. */
  private final Set<String> touched = new HashSet<>();

  private volatile ExactVectorIndex embeddings = new ExactVectorIndex(1);
  private @Nullable DocumentCursor round;
  private long changesSeen = -1;
  private boolean incomplete = true;

  /**
   * None yet.
   *
   * @param index has the documents
   * @param words has the vectors of their terms
   * @param maxDocuments the most that are held; further ones are left out
   */
  public DocumentEmbeddings(VectorIndex index, WordTable words, int maxDocuments) {
    this.index = index;
    this.words = words;
    this.embedder = new DocumentEmbedder(words);
    this.maxDocuments = maxDocuments;
  }

  /** Takes in a document's newest vector. */
  public void put(String id, DocumentVector vector) {
    touch(id);
    embed(id, vector);
  }

  /** Takes a document out. */
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
      // Another model: what there is cannot be compared with it, so all must be made anew at once.
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

  /** Whether a round is being made. */
  public boolean isInRound() {
    return round != null;
  }

  /** Begins a round. The index must show all that was put into it. */
  public void beginRound() {
    incomplete = false;
    changesSeen = words.changes();
    touched.clear();
    round = index.cursor();
  }

  /** Goes on with the round, for about so long; does nothing if there is none. */
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

  /** Gives up the round. */
  @Override
  public void close() {
    if (round != null) {
      round.close();
    }
    round = null;
    touched.clear();
  }

  /** A document's terms, or a text's, as one vector. */
  Embedded embed(List<String> terms, List<Double> weights) {
    return embedder.embed(terms, weights);
  }

  /**
   * The ids of the documents most similar to an embedding, without one of them; none at 0 or below.
   */
  List<Neighbour> nearest(NearestNeighbours by, Embedded to, int limit, @Nullable String except) {
    ExactVectorIndex all = embeddings;
    if (to.termsWithVector() == 0 || to.vector().length != all.dimensions()) {
      return List.of();
    }
    return by.search(all, to.vector(), limit, id -> id.equals(except)).stream()
        .filter(it -> it.similarity() > 0)
        .toList();
  }

  /** What is searched. */
  public ExactVectorIndex all() {
    return embeddings;
  }

  /** Documents that can be found. */
  public int documents() {
    return embeddings.size();
  }

  /** Rounds that were ended. */
  public long rounds() {
    return rounds.sum();
  }
}
