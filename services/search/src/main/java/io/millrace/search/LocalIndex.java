package io.millrace.search;

import io.millrace.runtime.Settings;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * An index for one who asks and goes: kept in a folder between the questions, so that each reads
 * only what has come since the one before.
 */
public final class LocalIndex implements AutoCloseable {

  /** Its folder is not the service's: an index has one writer. */
  private static final String USER = "documents";

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
   * @param progress is told again and again how much has been read, 0 to 1
   * @throws IndexInUseException if another process has it open
   */
  public static LocalIndex open(
      Settings settings, Optional<TextWeigher> weigher, DoubleConsumer progress) {
    SearchConfig config = SearchConfig.from(settings);
    var frequencies = new Frequencies();
    var index =
        VectorIndex.open(SearchService.folder(settings.common(), USER), config.bufferBytes());
    Map<String, VectorFeed.Taker> others =
        weigher.isPresent()
            ? Map.of(settings.topics().documentFrequencies().name(), frequencies::take)
            : Map.of();
    try (var feed = new VectorFeed(settings, index, others, new SearchFigures())) {
      while (!feed.caughtUp()) {
        feed.turn();
        progress.accept(feed.progress());
      }
      feed.commit();
      index.refresh();
      TextWeigher any =
          weigher.orElse((text, corpus) -> {
            throw new IllegalStateException("opened without a weigher of texts");
          });
      return new LocalIndex(index, new DocumentSearch(index, frequencies, any));
    } catch (RuntimeException e) {
      index.close();
      throw e;
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
