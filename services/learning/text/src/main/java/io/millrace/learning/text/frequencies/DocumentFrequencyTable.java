package io.millrace.learning.text.frequencies;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The document frequencies of a changing set of documents: how many there are, and how many have
 * each term. Exact: a document is removed with the terms that it was inserted with, and the counts
 * are then those of the remaining documents. A replacement is a removal and an insertion.
 *
 * <p>Bounded: when there are more terms than the capacity, the rarest are evicted, an eighth of all
 * at once, so that evictions are rare. An evicted term that comes again counts the documents from
 * then on; removing an earlier document does not change its count.
 *
 * <p>Cost: one addition a term, whatever the size of the vocabulary, besides the look-up that found
 * the term, and a share of evictions. Memory: one entry for each term that some document has, or
 * had at the last {@link #drainChanged}, and the terms of one document over the capacity. Not
 * thread-safe.
 */
public final class DocumentFrequencyTable implements Corpus {

  private final TermDictionary terms = new TermDictionary();
  private final TermTextBuffer asked = new TermTextBuffer();
  private final EvictionRounds rounds = new EvictionRounds();
  private final int capacity;
  private boolean hasChanges;
  private boolean isRecounting;
  private long documents;
  private long evicted;
  private long streamTime = PartitionSummary.NO_STREAM_TIME;

  /** A table without a bound. */
  public DocumentFrequencyTable() {
    this(Integer.MAX_VALUE);
  }

  /**
   * A table with a bound.
   *
   * @param capacity the most terms, at least 1
   */
  public DocumentFrequencyTable(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be >= 1, was " + capacity);
    }
    this.capacity = capacity;
  }

  /** Inserts a document into a table without a bound. */
  public void insert(TermBag document) {
    insert(document, 0, 0);
  }

  /**
   * Inserts a document.
   *
   * @param stream the stream that it comes from: documents of a stream are inserted in their order
   * @param position its position in the stream
   */
  public void insert(TermBag document, int stream, long position) {
    begin(1);
    rounds.observe(stream, position);
    for (int place = 0; place < document.size(); place++) {
      document.replace(place, terms.increment(document.term(place), rounds.count()));
    }
    if (terms.size() > capacity) {
      evict();
    }
  }

  /**
   * Inserts a document.
   *
   * @param texts its terms, each once
   */
  public void insert(Collection<String> texts) {
    begin(1);
    for (String text : texts) {
      Term known = find(text);
      terms.increment(known == null ? new Term(asked) : known, rounds.count());
    }
  }

  /**
   * Removes a document from a table without a bound.
   *
   * @param document as it was inserted
   * @throws IllegalStateException if there is no such document: nothing ever counts below zero
   */
  public void remove(TermBag document) {
    remove(document, 0, 0);
  }

  /**
   * Removes a document.
   *
   * @param document as it was inserted
   * @param stream as it was inserted with
   * @param position as it was inserted with
   * @throws IllegalStateException if there is no such document: nothing ever counts below zero
   */
  public void remove(TermBag document, int stream, long position) {
    beginRemoval();
    int round = rounds.roundsBefore(stream, position);
    for (int place = 0; place < document.size(); place++) {
      Term term = document.term(place);
      remove(terms.lookUp(term), term, round);
    }
  }

  /**
   * Removes a document.
   *
   * @param texts the terms that it was inserted with
   * @throws IllegalStateException if there is no such document: nothing ever counts below zero
   */
  public void remove(Collection<String> texts) {
    beginRemoval();
    for (String text : texts) {
      remove(find(text), text, rounds.count());
    }
  }

  private void beginRemoval() {
    if (documents == 0) {
      throw new IllegalStateException("there is no document to remove");
    }
    begin(-1);
  }

  /** Removes a document of a round from the count of a term, unless the term did not count it. */
  private void remove(@Nullable Term term, Object name, int round) {
    if (term == null ? round < rounds.count() : round < term.firstRound) {
      return;
    }
    if (term == null || term.docFreq == 0) {
      throw new IllegalStateException("no document has the term to remove: " + name);
    }
    terms.decrement(term);
  }

  private void evict() {
    rounds.begin();
    int rarest = terms.size() - (capacity - capacity / 8);
    terms.evict(rarest, rounds.count());
    evicted += rarest;
  }

  /**
   * Sets all counts to 0 and keeps the terms. Counting the documents again by {@link #recount}
   * leaves out the terms that were evicted the first time, and is exact for the others.
   */
  public void resetCounts() {
    documents = 0;
    terms.resetCounts();
    rounds.clear();
    isRecounting = true;
  }

  /** Inserts a document after {@link #resetCounts}, without adding terms. */
  public void recount(TermBag document, int stream, long position) {
    documents++;
    hasChanges = true;
    rounds.observe(stream, position);
    for (int place = 0; place < document.size(); place++) {
      Term term = terms.lookUp(document.term(place));
      if (term != null) {
        terms.increment(term, rounds.count());
      }
    }
  }

  /** Advances the stream time, if a record is later than it. */
  public void observe(long timeMillis) {
    if (timeMillis > streamTime) {
      streamTime = timeMillis;
      hasChanges = true;
    }
  }

  /** The latest record time, milliseconds since 1970. */
  public long streamTime() {
    return streamTime;
  }

  private void begin(int more) {
    if (isRecounting) {
      // The documents up to here were counted without the evicted terms.
      rounds.begin();
      isRecounting = false;
    }
    documents += more;
    hasChanges = true;
  }

  /** Whether anything has changed since the last {@link #drainChanged}. */
  boolean hasChanges() {
    return hasChanges;
  }

  /** See {@link TermDictionary#drainChanged}. */
  List<Term> drainChanged() {
    hasChanges = false;
    return terms.drainChanged();
  }

  /** The terms, for look-ups. */
  TermDictionary countedTerms() {
    return terms;
  }

  private @Nullable Term find(String text) {
    asked.set(text);
    return terms.find(asked);
  }

  @Override
  public long documents() {
    return documents;
  }

  @Override
  public long docFreq(String text) {
    Term term = find(text);
    return term == null ? 0 : term.docFreq;
  }

  @Override
  public long docFreq(Term term) {
    Term counted = terms.lookUp(term);
    return counted == null ? 0 : counted.docFreq;
  }

  @Override
  public boolean isApproximate() {
    return evicted > 0;
  }

  /** How many terms have been evicted. */
  public long evicted() {
    return evicted;
  }

  PartitionSummary summary() {
    return new PartitionSummary(documents, evicted, streamTime);
  }

  /** Whether documents have a term of the same text. */
  boolean isCounted(Term term) {
    Term counted = terms.lookUp(term);
    return counted != null && counted.docFreq > 0;
  }

  /** How many different terms the documents have, without the evicted ones. */
  public int terms() {
    return terms.size();
  }
}
