package io.millrace.learning.text.frequencies;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the documents of a changing set, and for every term those that hold it. Exact: who removes
 * a document gives the terms that were inserted with it, and what is left is what counting the
 * remaining documents from the start would give. A replacement is a removal and an insertion.
 *
 * <p>Bounded: when documents hold more terms than the capacity, the rarest are evicted, an eighth
 * of all at once, so that it is seldom. A term that was evicted and comes again counts the
 * documents from then on; the ones before, when they go, take nothing from it.
 *
 * <p>Cost: an addition a term, whatever the size of the vocabulary, besides the look-up that found
 * it, and a share of evictions; memory is one entry for each term that some document holds, or held
 * when {@link #drainChanged} was last called, and those of one document over the capacity. Not
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

  /** Without a bound. */
  public DocumentFrequencyTable() {
    this(Integer.MAX_VALUE);
  }

  /**
   * With a bound.
   *
   * @param capacity how many terms are kept, at least 1
   */
  public DocumentFrequencyTable(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be >= 1, was " + capacity);
    }
    this.capacity = capacity;
  }

  /** Adds a document, where nothing is ever evicted. */
  public void insert(TermBag document) {
    insert(document, 0, 0);
  }

  /**
   * Adds a document.
   *
   * @param stream where it comes from: the documents of a stream are added in their order
   * @param position its place there
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
   * Adds a document.
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
   * Takes a document away, where nothing is ever evicted.
   *
   * @param document as it was inserted
   * @throws IllegalStateException if there is no such document: nothing ever counts below zero
   */
  public void remove(TermBag document) {
    remove(document, 0, 0);
  }

  /**
   * Takes a document away.
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
   * Takes a document away.
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
      throw new IllegalStateException("no document is left to remove");
    }
    begin(-1);
  }

  /** Takes a document of a round from a term, unless the term did not count it. */
  private void remove(@Nullable Term term, Object name, int round) {
    if (term == null ? round < rounds.count() : round < term.firstRound) {
      return;
    }
    if (term == null || term.docFreq == 0) {
      throw new IllegalStateException("no document holds the term to remove: " + name);
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
   * Forgets all documents but not which terms are counted: those that were evicted while the
   * documents were counted are left out when they are counted again, and the others miss none.
   */
  public void resetCounts() {
    documents = 0;
    terms.resetCounts();
    rounds.clear();
    isRecounting = true;
  }

  /** Adds a document after {@link #resetCounts}, but no term. */
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

  /** Notes the time of a record. */
  public void observe(long timeMillis) {
    if (timeMillis > streamTime) {
      streamTime = timeMillis;
      hasChanges = true;
    }
  }

  /** The latest time that was noted. */
  public long streamTime() {
    return streamTime;
  }

  private void begin(int more) {
    if (isRecounting) {
      // The documents up to here were counted without what is evicted.
      rounds.begin();
      isRecounting = false;
    }
    documents += more;
    hasChanges = true;
  }

  /** Whether a document came or went since the changed terms were last taken. */
  boolean hasChanges() {
    return hasChanges;
  }

  /** See {@link TermDictionary#drainChanged}. */
  List<Term> drainChanged() {
    hasChanges = false;
    return terms.drainChanged();
  }

  /** For looking terms up, without changing them. */
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

  /** How many terms were evicted. */
  public long evicted() {
    return evicted;
  }

  PartitionSummary summary() {
    return new PartitionSummary(documents, evicted, streamTime);
  }

  /** Whether documents hold a term of the same text. */
  boolean isCounted(Term term) {
    Term counted = terms.lookUp(term);
    return counted != null && counted.docFreq > 0;
  }

  /** How many different terms the documents hold, as far as they are kept. */
  public int terms() {
    return terms.size();
  }
}
