package io.millrace.learning.text;

import java.util.ArrayList;
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

  private final TermTable<Term> table = new TermTable<>();
  private final TermText asked = new TermText();
  private List<Term> changed = new ArrayList<>();
  private final EvictionRounds rounds = new EvictionRounds();
  private final int capacity;
  private boolean anyChange;
  private boolean startedOver;
  private long documents;
  private long evicted;
  private long latest = PartitionFigures.NEVER;
  private int terms;

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
      document.replace(place, inserted(document.term(place)));
    }
    if (terms > capacity) {
      evict();
    }
  }

  /**
   * Adds a document.
   *
   * @param terms its terms, each once
   */
  public void insert(Collection<String> terms) {
    begin(1);
    for (String text : terms) {
      Term known = find(text);
      inserted(known == null ? new Term(asked) : known);
    }
  }

  private Term inserted(Term found) {
    Term known = counted(found);
    Term term = known == null ? added(found) : known;
    if (term.documents++ == 0) {
      terms++;
    }
    note(term);
    return term;
  }

  private Term added(Term found) {
    Term term = found.forgotten ? found.anew() : found;
    term.listed = true;
    term.since = rounds.count();
    table.add(term);
    return term;
  }

  /** The term of that text that is counted here, if there is one. */
  private @Nullable Term counted(Term term) {
    return term.listed ? term : table.find(term);
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
      remove(counted(term), term, round);
    }
  }

  /**
   * Takes a document away.
   *
   * @param terms the terms that it was inserted with
   * @throws IllegalStateException if there is no such document: nothing ever counts below zero
   */
  public void remove(Collection<String> terms) {
    beginRemoval();
    for (String text : terms) {
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
    if (--term.documents == 0) {
      terms--;
    }
    note(term);
  }

  private void evict() {
    rounds.begin();
    List<Term> rarest = Rarest.of(table, terms - (capacity - capacity / 8), rounds.count());
    for (Term term : rarest) {
      term.documents = 0;
      forget(term);
      note(term);
    }
    terms -= rarest.size();
    evicted += rarest.size();
  }

  private void forget(Term term) {
    table.remove(term);
    term.listed = false;
    term.forgotten = true;
  }

  /**
   * Forgets all documents but not which terms are counted: those that were evicted while the
   * documents were counted are left out when they are counted again, and the others miss none.
   */
  public void startOver() {
    documents = 0;
    terms = 0;
    rounds.clear();
    startedOver = true;
    table.forEach(
        0,
        term -> {
          term.documents = 0;
          term.since = 0;
        });
  }

  /** Adds a document after {@link #startOver}, but no term. */
  public void insertAgain(TermBag document, int stream, long position) {
    documents++;
    anyChange = true;
    rounds.reach(stream, position);
    for (int place = 0; place < document.size(); place++) {
      Term term = counted(document.term(place));
      if (term != null) {
        inserted(term);
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

  private void note(Term term) {
    if (!term.changed) {
      term.changed = true;
      changed.add(term);
    }
  }

  /** Whether a document came or went since the changed terms were last taken. */
  boolean anyChange() {
    return anyChange;
  }

  /**
   * The terms whose counts were touched since this was last called, each once; those that no
   * document holds any more are forgotten here. They stay marked as changed: who takes them clears
   * the marks before the next document.
   */
  List<Term> takeChanged() {
    List<Term> taken = changed;
    changed = new ArrayList<>();
    anyChange = false;
    for (Term term : taken) {
      if (term.documents == 0 && term.listed) {
        forget(term);
      }
    }
    return taken;
  }

  /** The term of a text; null if no document holds it. */
  @Nullable Term find(TermText text) {
    return table.find(text);
  }

  /** See {@link TermTable#guess}. */
  void guess(TermText texts, @Nullable TermKey[] guesses) {
    table.guess(texts, guesses);
  }

  /** See {@link TermTable#find(TermText, TermKey)}. */
  @Nullable Term find(TermText text, @Nullable TermKey guess) {
    return table.find(text, guess);
  }

  private @Nullable Term find(String text) {
    asked.set(text);
    return find(asked);
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
    Term counted = counted(term);
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
    Term counted = counted(term);
    return counted != null && counted.documents > 0;
  }

  /** How many different terms the documents hold, as far as they are kept. */
  public int terms() {
    return terms;
  }
}
