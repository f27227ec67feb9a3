package io.millrace.search.nearest;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * Vectors by row number in Lucene's HNSW graphs (Malkov and Yashunin 2018, "Efficient and robust
 * approximate nearest neighbor search using Hierarchical Navigable Small World graphs"). A search
 * compares some hundreds of vectors, however many there are, and may miss some. Closing deletes the
 * graph.
 *
 * <p>One thread writes, any number search.
 */
final class HnswGraph implements Closeable {

  private static final String ROW = "row";
  private static final String VECTOR = "vector";
  private static final int MEBIBYTE = 1 << 20;

  private final Path folder;
  private final FSDirectory directory;
  private final IndexWriter writer;
  private final SearcherManager searchers;

  /** An empty graph in a folder, whose content is deleted. */
  HnswGraph(Path folder, int bufferBytes) throws IOException {
    this.folder = folder;
    IOUtils.rm(folder);
    Files.createDirectories(folder);
    this.directory = FSDirectory.open(folder);
    var config = new IndexWriterConfig();
    config.setRAMBufferSizeMB((double) bufferBytes / MEBIBYTE);
    config.setCommitOnClose(false);
    this.writer = new IndexWriter(directory, config);
    this.searchers = new SearcherManager(writer, new SearcherFactory());
  }

  /**
   * Adds or replaces the vector of a row.
   *
   * @param unit a vector of length 1; empty removes the row
   */
  void put(int row, Optional<float[]> unit) throws IOException {
    var of = new Term(ROW, Integer.toString(row));
    if (unit.isEmpty()) {
      writer.deleteDocuments(of);
      return;
    }
    var document = new Document();
    document.add(new StringField(ROW, of.text(), Field.Store.NO));
    document.add(new NumericDocValuesField(ROW, row));
    document.add(new KnnFloatVectorField(VECTOR, unit.get(), VectorSimilarityFunction.DOT_PRODUCT));
    writer.updateDocument(of, document);
  }

  /** Makes searches find what was written so far. */
  void refresh() throws IOException {
    searchers.maybeRefreshBlocking();
  }

  /**
   * The rows of the most similar vectors, approximately.
   *
   * @param vector of length 1
   * @return no rows if this was closed meanwhile
   */
  BitSet nearest(float[] vector, int limit) {
    var rows = new BitSet();
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        var query = new KnnFloatVectorQuery(VECTOR, vector, limit);
        for (ScoreDoc found : searcher.search(query, limit).scoreDocs) {
          rows.set(row(searcher, found.doc));
        }
      } finally {
        searchers.release(searcher);
      }
    } catch (AlreadyClosedException e) {
      rows.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static int row(IndexSearcher searcher, int document) throws IOException {
    var leaves = searcher.getIndexReader().leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
    NumericDocValues values = DocValues.getNumeric(leaf.reader(), ROW);
    if (!values.advanceExact(document - leaf.docBase)) {
      throw new IllegalStateException("a vector in the HNSW graph has no row");
    }
    return (int) values.longValue();
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(searchers, writer, directory);
    IOUtils.rm(folder);
  }
}
