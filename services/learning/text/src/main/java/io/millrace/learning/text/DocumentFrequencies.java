package io.millrace.learning.text;

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
 * when {@link #takeChanged} was last called, and those of one document over the capacity. Not
 * thread-safe.
 */
public final class DocumentFrequencies implements Corpus {

  private final CountedTerms terms = new CountedTerms();
  private final TermText asked = new TermText();
  private final EvictionRounds rounds = new EvictionRounds();
  private final int capacity;
  private boolean anyChange;
  private boolean startedOver;
  private long documents;
  private long evicted;
  private long latest = PartitionFigures.NEVER;

  /** Without a bound. */
  public DocumentFrequencies() {
    this(Integer.MAX_VALUE);
  }

  /**
   * With a bound.
   *
   * @param capacity how many terms are kept, at least 1
   */
  public DocumentFrequencies(int capacity) {
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
    rounds.reach(stream, position);
    for (int place = 0; place < document.size(); place++) {
      document.replace(place, terms.more(document.term(place), rounds.count()));
    }
    if (terms.held() > capacity) {
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
      terms.more(known == null ? new Term(asked) : known, rounds.count());
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
    int round = rounds.before(stream, position);
    for (int place = 0; place < document.size(); place++) {
      Term term = document.term(place);
      remove(terms.counted(term), term, round);
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
    if (term == null ? round < rounds.count() : round < term.since) {
      return;
    }
    if (term == null || term.documents == 0) {
      throw new IllegalStateException("no document holds the term to remove: " + name);
    }
    terms.less(term);
  }

  private void evict() {
    rounds.begin();
    int rarest = terms.held() - (capacity - capacity / 8);
    terms.evict(rarest, rounds.count());
    evicted += rarest;
  }

  /**
   * Forgets all documents but not which terms are counted: those that were evicted while the
   * documents were counted are left out when they are counted again, and the others miss none.
   */
  public void startOver() {
    documents = 0;
    terms.startOver();
    rounds.clear();
    startedOver = true;
  }

  /** Adds a document after {@link #startOver}, but no term. */
  public void insertAgain(TermBag document, int stream, long position) {
    documents++;
    anyChange = true;
    rounds.reach(stream, position);
    for (int place = 0; place < document.size(); place++) {
      Term term = terms.counted(document.term(place));
      if (term != null) {
        terms.more(term, rounds.count());
      }
    }
  }

  /** Notes the time of a record. */
  public void observe(long timeMillis) {
    if (timeMillis > latest) {
      latest = timeMillis;
      anyChange = true;
    }
  }

  /** The latest time that was noted. */
  public long latest() {
    return latest;
  }

  private void begin(int more) {
    if (startedOver) {
      // The documents up to here were counted without what is evicted.
      rounds.begin();
      startedOver = false;
    }
    documents += more;
    anyChange = true;
  }

  /** Whether a document came or went since the changed terms were last taken. */
  boolean anyChange() {
    return anyChange;
  }

  /** See {@link CountedTerms#takeChanged}. */
  List<Term> takeChanged() {
    anyChange = false;
    return terms.takeChanged();
  }

  /** For looking terms up, without changing them. */
  CountedTerms countedTerms() {
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
  public long documentsWith(String text) {
    Term term = find(text);
    return term == null ? 0 : term.documents;
  }

  @Override
  public long documentsWith(Term term) {
    Term counted = terms.counted(term);
    return counted == null ? 0 : counted.documents;
  }

  @Override
  public boolean isApproximate() {
    return evicted > 0;
  }

  /** How many terms were evicted. */
  public long evicted() {
    return evicted;
  }

  PartitionFigures figures() {
    return new PartitionFigures(documents, evicted, latest);
  }

  /** Whether documents hold a term of the same text. */
  boolean isCounted(Term term) {
    Term counted = terms.counted(term);
    return counted != null && counted.documents > 0;
  }

  /** How many different terms the documents hold, as far as they are kept. */
  public int terms() {
    return terms.held();
  }
}
