package io.millrace.search.index;

import io.millrace.schemas.avro.DocumentVector;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Lucene index of document vectors in a folder. It has one Lucene document for each id: the
 * vector as it came, and the vector's terms scaled to unit length, by which {@link SimilarityQuery}
 * finds similar ones.
 *
 * <p>One thread writes, any number read. A vector is found after the next {@link #refresh}, and
 * survives a crash after the next {@link #commit}.
 */
public final class VectorIndex implements Closeable {

  /** Indexed fields: the id, the weighted terms. */
  static final String ID = "id";

  static final String TERMS = "terms";

  /** Stored fields: the id, the vector. */
  static final String NAME = "name";

  static final String VECTOR = "vector";

  private static final Logger LOG = LoggerFactory.getLogger(VectorIndex.class);
  private static final int MEBIBYTE = 1 << 20;

  private static final FieldType WEIGHTED = weighted();

  private final FSDirectory directory;
  private final IndexWriter writer;
  private final SearcherManager searchers;

  private VectorIndex(FSDirectory directory, IndexWriter writer) throws IOException {
    this.directory = directory;
    this.writer = writer;
    this.searchers = new SearcherManager(writer, new Searchers());
  }

  /**
   * Opens the index in a folder as it was last committed; creates an empty one if there is none. An
   * index that cannot be read is replaced by an empty one: it has nothing that the topic has not.
   *
   * @param bufferBytes how much is buffered in memory before it is written
   * @throws IndexInUseException if another process has it open
   * @throws UncheckedIOException if the folder cannot be read or written
   */
  public static VectorIndex open(Path folder, int bufferBytes) {
    try {
      Files.createDirectories(folder);
      try {
        return opened(folder, bufferBytes);
      } catch (CorruptIndexException
          | IndexFormatTooOldException
          | IndexFormatTooNewException
          | FileNotFoundException
          | NoSuchFileException
          | EOFException
          | IllegalArgumentException e) {
        LOG.warn("the index in {} cannot be read and is rebuilt: {}", folder, e.getMessage());
        IOUtils.rm(folder);
        Files.createDirectories(folder);
        return opened(folder, bufferBytes);
      }
    } catch (LockObtainFailedException e) {
      throw new IndexInUseException(folder, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FieldType weighted() {
    var type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.setOmitNorms(true);
    type.freeze();
    return type;
  }

  private static VectorIndex opened(Path folder, int bufferBytes) throws IOException {
    FSDirectory directory = FSDirectory.open(folder);
    try {
      var config = new IndexWriterConfig();
      config.setSimilarity(new DotProductSimilarity());
      config.setRAMBufferSizeMB((double) bufferBytes / MEBIBYTE);
      config.setCommitOnClose(false);
      return new VectorIndex(directory, new IndexWriter(directory, config));
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(directory);
      throw e;
    }
  }

  /** The data of the last commit; empty for a new index. */
  public Map<String, String> commitData() {
    Map<String, String> data = new HashMap<>();
    Iterable<Map.Entry<String, String>> last = writer.getLiveCommitData();
    if (last != null) {
      last.forEach(entry -> data.put(entry.getKey(), entry.getValue()));
    }
    return data;
  }

  /**
   * Adds or replaces a document's vector.
   *
   * @param encoded the same vector, in Avro
   */
  public void put(String id, DocumentVector vector, byte[] encoded) {
    var document = new Document();
    document.add(new StringField(ID, id, Field.Store.NO));
    document.add(new BinaryDocValuesField(NAME, new BytesRef(id)));
    document.add(new BinaryDocValuesField(VECTOR, new BytesRef(encoded)));
    UnitVector unit = UnitVector.of(vector.getTerms(), vector.getWeights());
    document.add(new Field(TERMS, new WeightTokenStream(unit.terms(), unit.weights()), WEIGHTED));
    try {
      writer.updateDocument(new Term(ID, id), document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a document. */
  public void remove(String id) {
    try {
      writer.deleteDocuments(new Term(ID, id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes all documents. */
  public void clear() {
    try {
      writer.deleteAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes searches find what was written so far. */
  public void refresh() {
    try {
      searchers.maybeRefreshBlocking();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Commits what was written so far to disk.
   *
   * @param data kept with it, see {@link #commitData}
   */
  public void commit(Map<String, String> data) {
    try {
      writer.setLiveCommitData(Map.copyOf(data).entrySet());
      writer.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many documents can be found. */
  public long documents() {
    return query(searcher -> (long) searcher.getIndexReader().numDocs());
  }

  /** The size of the files. */
  public long sizeBytes() {
    try {
      long sum = 0;
      for (String file : directory.listAll()) {
        sum += size(file);
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** 0 for a file that a merge has deleted since it was listed. */
  private long size(String file) throws IOException {
    try {
      return directory.fileLength(file);
    } catch (NoSuchFileException | FileNotFoundException e) {
      return 0;
    }
  }

  /** A document's vector; empty if there is none. */
  public Optional<DocumentVector> vector(String id) {
    return query(searcher -> {
      TopDocs found = searcher.search(new TermQuery(new Term(ID, id)), 1);
      return found.scoreDocs.length == 0
          ? Optional.empty()
          : Optional.of(IndexedDocument.at(searcher, found.scoreDocs[0].doc).vector());
    });
  }

  /** Runs a query on the index as of the last refresh. */
  <T> T query(IndexQuery<T> query) {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return query.run(searcher);
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A cursor over all documents as of the last refresh; to be closed. */
  public DocumentCursor cursor() {
    try {
      return new DocumentCursor(searchers.acquire(), this::release);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void release(IndexSearcher searcher) {
    try {
      searchers.release(searcher);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The documents most similar to a vector, without the one of an id.
   *
   * @throws QueryTimeoutException if it takes too long
   */
  public List<SimilarDocument> similar(
      UnitVector vector, int limit, @Nullable String excludedId, QueryLimits limits) {
    return query(searcher -> new SimilarityQuery(searcher, vector, excludedId, limits).best(limit));
  }

  /** A query on the index as of one moment. */
  interface IndexQuery<T> {
    T run(IndexSearcher searcher) throws IOException;
  }

  private static final class Searchers extends SearcherFactory {
    @Override
    public IndexSearcher newSearcher(IndexReader reader, @Nullable IndexReader previous) {
      var searcher = new IndexSearcher(reader);
      searcher.setSimilarity(new DotProductSimilarity());
      searcher.setQueryCache(null);
      return searcher;
    }
  }

  /** Closes without a commit. */
  @Override
  public void close() {
    try {
      IOUtils.close(searchers, writer, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
