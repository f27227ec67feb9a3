package io.millrace.search;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.metrics.ClientMetrics;
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
import io.millrace.search.words.WordAnalysis;
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
 * The search service. It keeps an index of {@code document-vectors} and answers over HTTP: a
 * document's vector, its strongest terms, the documents most similar to it or to a text. It holds
 * {@code word-vectors} in memory and answers which words are near and what completes an analogy.
 * Writes no topic. Every instance reads all of both topics and has an index of its own: {@code
 * docs/design-search.md}.
 */
public final class SearchService {

  private final Settings settings;
  private final SearchConfig config;
  private final TextVectorizer vectorizer;
  private final IndexStats stats = new IndexStats();
  private final WordTable words;
  private final WordAnalysis wordAnalysis;
  private final QueryCorpus corpus;
  private final HnswNearestNeighbours nearWords;
  private final HnswNearestNeighbours nearDocuments;
  private final SearchMetrics metrics;
  private volatile @Nullable DocumentSearch search;

  private SearchService(
      Settings settings,
      SearchConfig config,
      TextVectorizer vectorizer,
      WordAnalysis wordAnalysis) {
    this.settings = settings;
    this.config = config;
    this.vectorizer = vectorizer;
    this.words = new WordTable(config.maxWords());
    this.wordAnalysis = wordAnalysis;
    this.corpus = new QueryCorpus(vectorizer.analysis());
    this.nearWords = graph("words");
    this.nearDocuments = graph("embeddings");
    this.metrics =
        new SearchMetrics(
            stats, words, corpus, () -> nearWords.pending() + nearDocuments.pending());
  }

  /**
   * The service, for the command line.
   *
   * @param vectorizer makes the vectorizer that the settings of the text service describe: given by
   *     who knows both services, since services do not know each other
   * @param words the same for the words of the embedding service
   */
  public static ServiceType type(
      Function<Settings, TextVectorizer> vectorizer, Function<Settings, WordAnalysis> words) {
    return new ServiceType(
        SearchConfig.NAME,
        "Answers over HTTP which documents and which words are similar.",
        SearchConfig.definition(),
        settings -> of(settings, vectorizer.apply(settings), words.apply(settings)));
  }

  static Service of(Settings settings, TextVectorizer vectorizer, WordAnalysis words) {
    var service = new SearchService(settings, SearchConfig.from(settings), vectorizer, words);
    return new LoopService(SearchConfig.NAME, service::run, service.routes());
  }

  private HnswNearestNeighbours graph(String of) {
    Path folder = folder(settings.common(), SearchConfig.NAME).resolveSibling("graph-" + of);
    return new HnswNearestNeighbours(folder, config.exactMax(), config.bufferBytes());
  }

  private List<HttpRoute> routes() {
    var documentRoutes = new DocumentRoutes(this::search, config.maxResults());
    var wordRoutes =
        new WordRoutes(new WordSearch(words, nearWords, wordAnalysis), config.maxResults());
    return Stream.of(documentRoutes.all(metrics::timed), wordRoutes.all(metrics::timed))
        .flatMap(List::stream)
        .flatMap(route -> Stream.of(route, route.under("/v1")))
        .toList();
  }

  /** The folder of an index: one for each topic prefix and each user of indexes. */
  static Path folder(CommonConfig common, String user) {
    return common.stateDirectory().resolve(common.group(user)).resolve("index");
  }

  private DocumentSearch search() {
    return Objects.requireNonNull(search, "the search service is not ready");
  }

  private void run(LoopService loop) {
    metrics.bindTo(loop.meters());
    Path folder = folder(settings.common(), SearchConfig.NAME);
    try (var index = VectorIndex.open(folder, config.bufferBytes());
        var embeddings = new DocumentEmbeddings(index, words, config.maxEmbeddedDocuments());
        var reader = new VectorTopicReader(settings, index, embeddings, otherTopics(), stats);
        var client = ClientMetrics.of(reader.consumer(), SearchConfig.NAME, loop.meters());
        var graphs = new HnswUpdater(config.refreshInterval())) {
      loop.setWakeup(reader.consumer()::wakeup);
      search =
          new DocumentSearch(index, corpus, vectorizer, embeddings, nearDocuments, config.limits());
      graphs.register(nearWords, words::vectors);
      graphs.register(nearDocuments, embeddings::all);
      graphs.start();
      new SearchLoop(config, index, embeddings, reader, graphs, stats).run(loop);
      reader.commit();
    }
  }

  private Map<String, VectorTopicReader.RecordHandler> otherTopics() {
    return Map.of(
        settings.topics().documentFrequencies().name(), corpus::update,
        settings.topics().wordVectors().name(), words::update);
  }
}
