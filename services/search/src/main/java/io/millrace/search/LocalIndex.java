package io.millrace.search;

import io.millrace.runtime.settings.Settings;
import io.millrace.search.documents.DocumentEmbeddings;
import io.millrace.search.documents.DocumentSearch;
import io.millrace.search.documents.QueryCorpus;
import io.millrace.search.documents.TextVectorizer;
import io.millrace.search.index.IndexInUseException;
import io.millrace.search.index.IndexStats;
import io.millrace.search.index.QueryLimits;
import io.millrace.search.index.VectorIndex;
import io.millrace.search.nearest.NearestNeighbours;
import io.millrace.search.words.WordTable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * An index for one command at a time: it stays in a folder between commands, so that each reads
 * only the records since the one before.
 */
public final class LocalIndex implements AutoCloseable {

  /** Another folder than the service's: an index has one writer. */
  private static final String USER = "documents";

  private static final Duration SLICE = Duration.ofMillis(100);

  /** Is called again and again while an index is opened. */
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
   * Opens the index and reads the topics up to their present ends.
   *
   * @param vectorizer for texts; empty if no text will be searched for, which saves reading the
   *     document frequencies
   * @param words to embed documents with; empty if no embedding will be searched for
   * @param progress is called with what is done and how much of it, 0 to 1
   * @throws IndexInUseException if another process has it open
   */
  public static LocalIndex open(
      Settings settings,
      Optional<TextVectorizer> vectorizer,
      Optional<WordTable> words,
      Progress progress) {
    SearchConfig config = SearchConfig.from(settings);
    var corpus = new QueryCorpus(vectorizer.flatMap(TextVectorizer::analysis));
    var index =
        VectorIndex.open(SearchService.folder(settings.common(), USER), config.bufferBytes());
    var embeddings =
        new DocumentEmbeddings(
            index, words.orElseGet(() -> new WordTable(1)), config.maxEmbeddedDocuments());
    Map<String, VectorTopicReader.RecordHandler> others =
        vectorizer.isPresent()
            ? Map.of(settings.topics().documentFrequencies().name(), corpus::update)
            : Map.of();
    try (var reader =
        new VectorTopicReader(settings, index, embeddings, others, new IndexStats())) {
      while (!reader.isCaughtUp()) {
        reader.pollOnce(true);
        progress.done("reading document-vectors", reader.progress());
      }
      reader.commit();
      index.refresh();
      if (words.isPresent()) {
        embedAll(embeddings, progress);
      }
      TextVectorizer texts =
          vectorizer.orElse((_, _) -> {
            throw new IllegalStateException("the index was opened without a vectorizer");
          });
      return new LocalIndex(
          index,
          new DocumentSearch(
              index, corpus, texts, embeddings, NearestNeighbours.EXACT, QueryLimits.DEFAULT));
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

  /** Answers from the index. */
  public DocumentSearch search() {
    return search;
  }

  @Override
  public void close() {
    index.close();
  }
}
