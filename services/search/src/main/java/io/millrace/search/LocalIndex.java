package io.millrace.search;

import io.millrace.runtime.settings.Settings;
import io.millrace.search.documents.DocumentEmbeddings;
import io.millrace.search.documents.DocumentSearch;
import io.millrace.search.documents.QueryCorpus;
import io.millrace.search.documents.TextVectorizer;
import io.millrace.search.index.IndexInUseException;
import io.millrace.search.index.IndexStats;
import io.millrace.search.index.VectorIndex;
import io.millrace.search.nearest.NearestNeighbours;
import io.millrace.search.words.WordTable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * An index for one who asks and goes: kept in a folder between the questions, so that each reads
 * only what has come since the one before.
 */
public final class LocalIndex implements AutoCloseable {

  /** Its folder is not the service's: an index has one writer. */
  private static final String USER = "documents";

  private static final Duration SLICE = Duration.ofMillis(100);

  /** Is told how far the opening has come. */
  public interface Progress {
    void done(String what, double share);
  }

  private final VectorIndex index;
  private final DocumentSearch search;

  private LocalIndex(VectorIndex index, DocumentSearch search) {
    this.index = index;
    this.search = search;
  }

  /**
   * Opens it and takes in what the topics have by now.
   *
   * @param weigher of texts; empty if none will be asked about, which saves reading all counts
   * @param words to embed documents with; empty if embeddings will not be asked about
   * @param progress is told again and again what is done and how much of it, 0 to 1
   * @throws IndexInUseException if another process has it open
   */
  public static LocalIndex open(
      Settings settings,
      Optional<TextVectorizer> weigher,
      Optional<WordTable> words,
      Progress progress) {
    SearchConfig config = SearchConfig.from(settings);
    var frequencies = new QueryCorpus();
    var index =
        VectorIndex.open(SearchService.folder(settings.common(), USER), config.bufferBytes());
    var embeddings =
        new DocumentEmbeddings(
            index, words.orElseGet(() -> new WordTable(1)), config.maxEmbeddedDocuments());
    Map<String, VectorTopicReader.RecordHandler> others =
        weigher.isPresent()
            ? Map.of(settings.topics().documentFrequencies().name(), frequencies::update)
            : Map.of();
    try (var feed = new VectorTopicReader(settings, index, embeddings, others, new IndexStats())) {
      while (!feed.isCaughtUp()) {
        feed.pollOnce(true);
        progress.done("reading document-vectors", feed.progress());
      }
      feed.commit();
      index.refresh();
      if (words.isPresent()) {
        embedAll(embeddings, progress);
      }
      TextVectorizer any =
          weigher.orElse((text, corpus) -> {
            throw new IllegalStateException("opened without a weigher of texts");
          });
      return new LocalIndex(
          index, new DocumentSearch(index, frequencies, any, embeddings, NearestNeighbours.EXACT));
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
  }

  private static void embedAll(DocumentEmbeddings embeddings, Progress progress) {
    embeddings.beginRound();
    while (embeddings.isInRound()) {
      embeddings.embedFor(SLICE);
      progress.done("embedding documents", embeddings.progress());
    }
  }

  /** What answers. */
  public DocumentSearch search() {
    return search;
  }

  @Override
  public void close() {
    index.close();
  }
}
