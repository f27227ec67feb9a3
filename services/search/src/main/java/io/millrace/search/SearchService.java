package io.millrace.search;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.documents.DocumentEmbeddings;
import io.millrace.search.documents.DocumentSearch;
import io.millrace.search.documents.QueryCorpus;
import io.millrace.search.documents.TextVectorizer;
import io.millrace.search.http.DocumentRoutes;
import io.millrace.search.http.WordRoutes;
import io.millrace.search.index.IndexStats;
import io.millrace.search.index.VectorIndex;
import io.millrace.search.nearest.HnswNearestNeighbours;
import io.millrace.search.nearest.HnswUpdater;
import io.millrace.search.words.WordSearch;
import io.millrace.search.words.WordTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an index of {@code document-vectors} and answers from it over HTTP: a document's vector,
 * its strongest terms, the documents most similar to it or to a text; and holds {@code
 * word-vectors} and answers which words are near and what completes an analogy. Writes no topic.
 * Every instance reads all of both and has an index of its own: {@code docs/design-search.md}.
 */
public final class SearchService {

  private final Settings settings;
  private final SearchConfig config;
  private final TextVectorizer weigher;
  private final IndexStats figures = new IndexStats();
  private final WordTable words;
  private final HnswNearestNeighbours nearWords;
  private final HnswNearestNeighbours nearDocuments;
  private final SearchMetrics metrics;
  private volatile @Nullable DocumentSearch search;

  private SearchService(Settings settings, SearchConfig config, TextVectorizer weigher) {
    this.settings = settings;
    this.config = config;
    this.weigher = weigher;
    this.words = new WordTable(config.maxWords());
    this.nearWords = graph("words");
    this.nearDocuments = graph("embeddings");
    this.metrics =
        new SearchMetrics(figures, words, () -> nearWords.pending() + nearDocuments.pending());
  }

  /**
   * The service, for the command line.
   *
   * @param weigher how the text service's settings have text weighed: one service knows no other,
   *     so who knows both says it
   */
  public static ServiceType type(Function<Settings, TextVectorizer> weigher) {
    return new ServiceType(
        SearchConfig.NAME,
        "Answers over HTTP which documents and which words are similar.",
        SearchConfig.definition(),
        settings -> of(settings, weigher.apply(settings)));
  }

  static Service of(Settings settings, TextVectorizer weigher) {
    var service = new SearchService(settings, SearchConfig.from(settings), weigher);
    return new LoopService(SearchConfig.NAME, service::run, service.routes());
  }

  private HnswNearestNeighbours graph(String of) {
    Path folder = folder(settings.common(), SearchConfig.NAME).resolveSibling("graph-" + of);
    return new HnswNearestNeighbours(folder, config.exactMax(), config.bufferBytes());
  }

  private List<HttpRoute> routes() {
    var documentRoutes = new DocumentRoutes(this::search, config.maxResults());
    var wordRoutes = new WordRoutes(new WordSearch(words, nearWords), config.maxResults());
    return Stream.of(documentRoutes.all(metrics), wordRoutes.all(metrics))
        .flatMap(List::stream)
        .toList();
  }

  /** Where an index is kept: apart from those of other prefixes, and of other users of indexes. */
  static Path folder(CommonConfig common, String user) {
    return common.stateDirectory().resolve(common.group(user)).resolve("index");
  }

  private DocumentSearch search() {
    return Objects.requireNonNull(search, "asked before it was ready");
  }

  private void run(LoopService thread) {
    metrics.bindTo(thread.meters());
    var frequencies = new QueryCorpus();
    Path folder = folder(settings.common(), SearchConfig.NAME);
    try (var index = VectorIndex.open(folder, config.bufferBytes());
        var embeddings = new DocumentEmbeddings(index, words, config.maxEmbeddedDocuments());
        var feed =
            new VectorTopicReader(settings, index, embeddings, others(frequencies), figures);
        var client =
            new KafkaClientMetrics(feed.consumer(), Tags.of("service", SearchConfig.NAME));
        var graphs = new HnswUpdater(config.refreshInterval())) {
      client.bindTo(thread.meters());
      thread.setWakeup(feed.consumer()::wakeup);
      search = new DocumentSearch(index, frequencies, weigher, embeddings, nearDocuments);
      graphs.register(nearWords, words::vectors);
      graphs.register(nearDocuments, embeddings::all);
      graphs.start();
      new SearchLoop(config, index, embeddings, feed, figures).run(thread);
      feed.commit();
    }
  }

  private Map<String, VectorTopicReader.RecordHandler> others(QueryCorpus frequencies) {
    return Map.of(
        settings.topics().documentFrequencies().name(), frequencies::update,
        settings.topics().wordVectors().name(), words::update);
  }
}
