package io.millrace.search.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;

/** Iterates over the documents of an index as of one moment. For one thread. */
public final class DocumentCursor implements AutoCloseable {

  private final IndexSearcher searcher;
  private final Consumer<IndexSearcher> release;
  private int leaf;
  private int place;

  /**
   * A cursor before the first document.
   *
   * @param release called with the searcher at the end
   */
  DocumentCursor(IndexSearcher searcher, Consumer<IndexSearcher> release) {
    this.searcher = searcher;
    this.release = release;
  }

  /** The next document; empty after the last. */
  public Optional<IndexedDocument> next() {
    var leaves = searcher.getIndexReader().leaves();
    while (leaf < leaves.size()) {
      LeafReaderContext context = leaves.get(leaf);
      Bits live = context.reader().getLiveDocs();
      while (place < context.reader().maxDoc()) {
        int document = place;
        place++;
        if (live == null || live.get(document)) {
          return Optional.of(found(context.docBase + document));
        }
      }
      leaf++;
      place = 0;
    }
    return Optional.empty();
  }

  private IndexedDocument found(int document) {
    try {
      return IndexedDocument.at(searcher, document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How much of the index is behind the cursor, 0 to 1. */
  public double progress() {
    var leaves = searcher.getIndexReader().leaves();
    int all = searcher.getIndexReader().maxDoc();
    return leaf == leaves.size() || all == 0
        ? 1
        : (double) (leaves.get(leaf).docBase + place) / all;
  }

  @Override
  public void close() {
    release.accept(searcher);
  }
}
