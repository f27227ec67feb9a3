package io.millrace.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.MixedBuilds;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AnalysisFingerprint;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.documents.TextVectorizer;
import io.millrace.search.index.TestVectors;
import io.millrace.search.words.TestWords;
import io.millrace.search.words.WordAnalysis;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The service on a real broker, asked over HTTP. */
final class SearchServiceTest {

  private static final int PARTITIONS = 4;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final WordAnalysis WORDS = WordAnalysis.of(Analysis.STANDARD);
  private static final TextVectorizer VECTORIZER =
      TextVectorizer.of(Analysis.STANDARD, Weighting.SCIKIT_LEARN);

  @RegisterExtension private final MixedBuilds builds = new MixedBuilds();
  @TempDir private Path folder;
  private final TestKafka kafka = new TestKafka();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Set<String> words = new HashSet<>();
  private ServiceHost host;

  @BeforeEach
  void start() {
    send("a", Map.of("red", 0.6, "fox", 0.8));
    send("b", Map.of("red", 0.8, "hen", 0.6));
    send("folder/c d", Map.of("red", 0.1, "hen", 0.9));
    host = ServiceHost.start(settings(), List.of(SearchService.of(settings(), VECTORIZER, WORDS)));
  }

  @AfterEach
  void end() {
    host.close();
    kafka.close();
  }

  @Test
  void answersTheVectorOfADocument() throws Exception {
    ready();

    JsonNode answer = json("/documents/a/vector");

    assertThat(answer.get("id").asText()).isEqualTo("a");
    assertThat(answer.get("terms").toString()).isEqualTo("[\"fox\",\"red\"]");
    assertThat(answer.get("weights").toString()).isEqualTo("[0.8,0.6]");
    assertThat(answer.get("corpusSize").asLong()).isEqualTo(3);
    assertThat(answer.at("/source/offset").asLong()).isEqualTo(2);
  }

  @Test
  void answersTheStrongestTermsFirst() throws Exception {
    ready();

    JsonNode answer = json("/documents/b/terms?k=1");

    assertThat(answer.get("terms").toString()).isEqualTo("[{\"term\":\"red\",\"weight\":0.8}]");
  }

  @Test
  void answersWhatIsSimilarToADocument() throws Exception {
    ready();

    assertThat(json("/documents/b/similar").get("similar").findValuesAsText("id"))
        .containsExactly("folder/c d", "a");
    assertThat(json("/documents/folder%2Fc%20d/similar?k=1").toString())
        .startsWith("{\"id\":\"folder/c d\",\"similar\":[{\"id\":\"b\",\"similarity\":0.68");
  }

  @Test
  void answersWhatIsSimilarToATextByItsCommonTerms() throws Exception {
    counts(List.of("red", "fox", "hen"), List.of(3L, 1L, 2L));
    ready();
    TestKafka.await("counts", () -> !similarTo("fox").isEmpty());

    assertThat(similarTo("Fox%20chases%20HEN")).containsExactly("a", "folder/c d", "b");
    assertThat(similarTo("unheard%20of")).isEmpty();
  }

  @Test
  void refusesATextThatWouldBeAnalyzedOtherwiseThanTheDocuments() throws Exception {
    counts(
        List.of("red", "fox", "hen"),
        List.of(3L, 1L, 2L),
        AnalysisFingerprint.of(Analysis.ENGLISH.description()));
    ready();
    TestKafka.await("the counts", () -> status("/documents/similar?text=fox") == 409);

    assertThat(get("/documents/similar?text=fox").body())
        .contains("text.analysis=standard", "text.analysis=english");
    assertThat(status("/documents/similar?text=fox&by=embedding")).isEqualTo(409);
    assertThat(json("/documents/b/similar").get("similar")).hasSize(2);
  }

  @Test
  void followsWhatComes() throws Exception {
    ready();

    send("a", Map.of("hen", 1.0));
    kafka.send(new ProducerRecord<>(topic(), "b".getBytes(UTF_8), null));
    TestKafka.await("the new vector", () -> status("/documents/b/vector") == 404);

    assertThat(json("/documents/a/similar").get("similar").findValuesAsText("id"))
        .containsExactly("folder/c d");
  }

  @Test
  void saysWhyThereIsNoAnswer() throws Exception {
    ready();

    assertThat(get("/documents/nobody/terms").statusCode()).isEqualTo(404);
    assertThat(get("/documents/nobody/terms").body()).contains("no document nobody has a vector");
    assertThat(get("/documents/a/similar?k=0").statusCode()).isEqualTo(400);
    assertThat(get("/documents/a/similar?k=many").body()).contains("k must be a number", "many");
    assertThat(get("/documents/a/similar?k=1001").body()).contains("search.results.max");
    assertThat(get("/documents/similar").statusCode()).isEqualTo(400);
    assertThat(get("/documents/similar?text=%20").body()).contains("?text=");
  }

  @Test
  void answersAboutWords() throws Exception {
    word("money", 3, 0.1f, 0);
    word("cash", 2.9f, 0, 0.2f);
    word("rain", 0, 1, 0);
    word("n/a", 0, 0.9f, 0.1f);
    ready();

    assertThat(json("/words/Money/nearest?k=1").toString())
        .startsWith("{\"word\":\"money\",\"nearest\":[{\"word\":\"cash\",\"similarity\":0.99")
        .endsWith("\"count\":7}]}");
    assertThat(json("/words/n%2Fa/nearest").at("/nearest/0/word").asText()).isEqualTo("rain");
    assertThat(json("/words/nearest?vector=0,1,0&k=1").at("/nearest/0/word").asText())
        .isEqualTo("rain");
    assertThat(json("/words/analogy?a=money&b=cash&c=rain").get("nearest")).hasSize(1);
    assertThat(json("/words/similarity?a=money&b=rain").get("similarity").asDouble())
        .isBetween(0.03, 0.04);
    assertThat(json("/words/stats").get("words").asInt()).isEqualTo(4);
  }

  @Test
  void comparesDocumentsByTheMeaningsOfTheirWords() throws Exception {
    send("d", Map.of("hound", 1.0));
    word("red", 0, 1);
    word("fox", 1, 0);
    word("hound", 0.9f, 0.1f);
    counts(List.of("red", "fox", "hen", "hound"), List.of(3L, 1L, 2L, 1L));
    ready();
    TestKafka.await("counts", () -> !similarTo("fox").isEmpty());
    TestKafka.await("embeddings", () -> embeddingOf("a").startsWith("d"));

    assertThat(json("/documents/a/similar?by=embedding").toString())
        .startsWith(
            "{\"id\":\"a\",\"by\":\"embedding\",\"terms\":2,\"termsWithVector\":2,"
                + "\"termsWithoutVector\":[],\"similar\":[{\"id\":\"d\"");
    assertThat(json("/documents/similar?text=foxes,%20fox%20hen&by=embedding&k=1").toString())
        .contains("\"termsWithoutVector\":[\"hen\"]", "{\"id\":\"d\"");
    assertThat(json("/documents/d/similar").get("similar")).isEmpty();
    assertThat(get("/documents/a/similar?by=colour").statusCode()).isEqualTo(400);
    assertThat(get("/documents/nobody/similar?by=embedding").statusCode()).isEqualTo(404);
  }

  @Test
  void documentsAreEmbeddedAgainWhenWordsChange() throws Exception {
    word("red", 0, 1);
    word("fox", 1, 0);
    word("hen", 0, 1);
    ready();
    TestKafka.await("embeddings", () -> embeddingOf("b").startsWith("folder/c d"));

    word("fox", 0, 1);
    word("hen", -1, 0);
    TestKafka.await("the next round", () -> embeddingOf("b").startsWith("a"));

    send("e", Map.of("red", 0.9, "hen", 0.1));
    kafka.send(new ProducerRecord<>(topic(), "a".getBytes(UTF_8), null));
    TestKafka.await("what came", () -> embeddingOf("b").startsWith("e"));
    assertThat(embeddingOf("b")).doesNotContain("a,");
  }

  @Test
  void anotherModelEmbedsAllDocumentsAtOnce() throws Exception {
    host.close();
    var slow = new HashMap<String, String>();
    slow.put("state.directory", folder.resolve("slow").toString());
    slow.put("search.embedding.interval.ms", "3600000");
    Settings settings = kafka.settings(slow);
    host = ServiceHost.start(settings, List.of(SearchService.of(settings, VECTORIZER, WORDS)));
    ready();
    assertThat(embeddingOf("b")).isEmpty();

    word("hen", 1, 0, 0);
    word("red", 0, 1, 0);
    send("e", Map.of("red", 0.9, "hen", 0.3));

    TestKafka.await("all documents", () -> embeddingOf("b").equals("e,a,folder/c d"));
  }

  @Test
  void manyWordsAreFoundByAGraphThatFollows() throws Exception {
    host.close();
    host =
        ServiceHost.start(
            graphSettings(), List.of(SearchService.of(graphSettings(), VECTORIZER, WORDS)));
    for (int i = 0; i < 2_000; i++) {
      word("w" + i, (float) Math.cos(i * Math.PI / 2_000), (float) Math.sin(i * Math.PI / 2_000));
    }
    ready();
    TestKafka.await("all words", () -> knownWords() == 2_000);
    TestKafka.await(
        "the graph",
        () -> body("/metrics").contains("millrace_search_graph_pending{service=\"search\"} 0.0"));

    assertThat(json("/words/w700/nearest?k=2").get("nearest").findValuesAsText("word"))
        .containsExactlyInAnyOrder("w699", "w701");
    word(
        "fresh",
        (float) Math.cos(700.2 * Math.PI / 2_000),
        (float) Math.sin(700.2 * Math.PI / 2_000));
    TestKafka.await(
        "the new word",
        () -> json("/words/w700/nearest?k=1").at("/nearest/0/word").asText().equals("fresh"));
  }

  private Settings graphSettings() {
    return kafka.settings(
        Map.of(
            "state.directory",
            folder.resolve("graph").toString(),
            "search.exact.max",
            "100",
            "search.refresh.interval.ms",
            "50"));
  }

  private String embeddingOf(String id) {
    return String.join(
        ",",
        json("/documents/" + id + "/similar?by=embedding").get("similar").findValuesAsText("id"));
  }

  @Test
  void followsWordsAsTheyComeChangeAndGo() throws Exception {
    word("money", 1, 0);
    word("cash", 1, 0.1f);
    ready();

    word("cash", 0, 1);
    word("coin", 1, 0.2f);
    TestKafka.await("the new word", () -> knownWords() == 3);
    assertThat(json("/words/money/nearest?k=1").at("/nearest/0/word").asText()).isEqualTo("coin");

    kafka.send(
        new ProducerRecord<>(kafka.topics().wordVectors().name(), "money".getBytes(UTF_8), null));
    TestKafka.await("the deletion", () -> status("/words/money/nearest") == 404);
    assertThat(body("/metrics")).contains("millrace_search_words{service=\"search\"} 2.0");
  }

  @Test
  void saysWhyThereIsNoAnswerAboutWords() throws Exception {
    word("money", 1, 0);
    ready();

    assertThat(get("/words/wheel/nearest").statusCode()).isEqualTo(404);
    assertThat(get("/words/wheel/nearest").body()).contains("'wheel'", "embedding.min.count");
    assertThat(get("/words/money/nearest?k=0").body()).contains("k must be");
    assertThat(get("/words/money/nearest?minCount=x").body()).contains("minCount must be");
    assertThat(get("/words/nearest").body()).contains("?vector=");
    assertThat(get("/words/nearest?vector=a,b").body()).contains("'a' is not a finite number");
    assertThat(get("/words/nearest?vector=1,2,3").body()).contains("3 numbers", "have 2");
    assertThat(get("/words/analogy?a=money").body()).contains("the parameter b is missing");
    assertThat(get("/words/similarity?a=money").statusCode()).isEqualTo(400);
  }

  @Test
  void garbageIsPassedByAndCounted() throws Exception {
    kafka.send(new ProducerRecord<>(topic(), "x".getBytes(UTF_8), new byte[] {1, 2, 3}));
    kafka.send(new ProducerRecord<>(topic(), new byte[] {(byte) 0xff}, null));
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().documentFrequencies().name(), "x".getBytes(UTF_8), new byte[] {1}));
    DocumentVector infinite = TestVectors.of(Map.of("red", Double.POSITIVE_INFINITY));
    kafka.send(kafka.topics().documentVectors(), "y", infinite);
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().wordVectors().name(), "w".getBytes(UTF_8), new byte[] {1}));
    ready();

    TestKafka.await(
        "the count",
        () -> body("/metrics").contains("millrace_records_skipped_total{service=\"search\"} 5.0"));
    assertThat(get("/documents/y/vector").statusCode()).isEqualTo(404);
    assertThat(get("/documents/a/vector").statusCode()).isEqualTo(200);
  }

  @Test
  void goesOnWhereItWas() throws Exception {
    ready();
    send("late", Map.of("red", 1.0));
    TestKafka.await("the vector", () -> status("/documents/late/vector") == 200);

    restart();

    assertThat(get("/documents/late/vector").statusCode()).isEqualTo(200);
    assertThat(body("/metrics")).contains("millrace_records_in_total{service=\"search\"} 0.0");
    assertThat(body("/metrics")).contains("millrace_search_documents{service=\"search\"} 4.0");
  }

  @Test
  void anIndexOfATopicThatIsGoneIsMadeAnew() throws Exception {
    ready();
    host.close();
    kafka.admin().deleteTopics(List.of(topic())).all().get();
    TestKafka.await("deletion", () -> !topicNames().contains(topic()));
    kafka.admin().createTopics(List.of(new NewTopic(topic(), PARTITIONS, (short) 1))).all().get();
    TestKafka.await("the topic", () -> topicNames().contains(topic()));
    send("new", Map.of("red", 1.0));

    restart();

    assertThat(get("/documents/a/vector").statusCode()).isEqualTo(404);
    assertThat(get("/documents/new/vector").statusCode()).isEqualTo(200);
    assertThat(body("/metrics")).contains("millrace_search_rebuilds_total{service=\"search\"} 1.0");
  }

  @Test
  void partitionsThatAreAddedWhileItRunsAreRead() throws Exception {
    ready();

    kafka
        .admin()
        .createPartitions(Map.of(topic(), NewPartitions.increaseTo(PARTITIONS + 1)))
        .all()
        .get();
    byte[] value = AvroCodec.of(DocumentVector.class).encode(TestVectors.of(Map.of("red", 1.0)));
    kafka.send(new ProducerRecord<>(topic(), PARTITIONS, "new".getBytes(UTF_8), value));

    TestKafka.await("the document", () -> statusOf("/documents/new/vector") == 200);
  }

  @Test
  void aTopicThatIsMadeAgainWhileItRunsStopsIt() throws Exception {
    ready();

    kafka.makeAgain(topic());

    TestKafka.await("it failed", () -> host.failure().isPresent());
    assertThat(host.failure().orElseThrow()).contains(topic(), "deleted and created again");
  }

  private int statusOf(String path) {
    try {
      return get(path).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anIndexWhosePlaceInTheLogIsGoneIsMadeAnew() throws Exception {
    ready();
    host.close();
    send("new", Map.of("red", 1.0));
    deleteAllRecords();

    restart();

    assertThat(body("/metrics")).contains("millrace_search_rebuilds_total{service=\"search\"} 1.0");
    assertThat(get("/documents/new/vector").statusCode()).isEqualTo(404);
  }

  private void deleteAllRecords() throws Exception {
    // A topic that is only compacted refuses it.
    kafka
        .admin()
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic()),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry("cleanup.policy", "compact,delete"),
                        AlterConfigOp.OpType.SET))))
        .all()
        .get();
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      all.put(new TopicPartition(topic(), partition), RecordsToDelete.beforeOffset(-1));
    }
    kafka.admin().deleteRecords(all).all().get();
  }

  private void ready() {
    TestKafka.await("readiness", host::ready);
    TestKafka.await("words", () -> words.isEmpty() || knownWords() >= words.size());
  }

  private int knownWords() {
    return json("/words/stats").get("words").asInt();
  }

  private void restart() {
    host.close();
    host = ServiceHost.start(settings(), List.of(SearchService.of(settings(), VECTORIZER, WORDS)));
    ready();
  }

  private Settings settings() {
    return kafka.settings(
        Map.of(
            "state.directory",
            folder.toString(),
            "search.refresh.interval.ms",
            "50",
            "search.embedding.interval.ms",
            "100"));
  }

  private String topic() {
    return kafka.topics().documentVectors().name();
  }

  private Set<String> topicNames() {
    try {
      return kafka.admin().listTopics().names().get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void send(String id, Map<String, Double> weights) {
    kafka.send(kafka.topics().documentVectors(), id, TestVectors.of(weights));
  }

  private void word(String word, float... vector) {
    words.add(word);
    kafka.send(kafka.topics().wordVectors(), word, TestWords.vector(7, 1, vector));
  }

  private void counts(List<String> terms, List<Long> counts) {
    counts(terms, counts, AnalysisFingerprint.UNKNOWN);
  }

  private void counts(List<String> terms, List<Long> counts, long analysis) {
    kafka.send(
        kafka.topics().documentFrequencies(),
        "0/000000000000",
        new DocumentFrequencies(3L, terms, counts, 0L, -1L, 0L, 0L, analysis));
  }

  private List<String> similarTo(String text) {
    return json("/documents/similar?text=" + text).get("similar").findValuesAsText("id");
  }

  private JsonNode json(String path) {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private int status(String path) {
    return get(path).statusCode();
  }

  private String body(String path) {
    return get(path).body();
  }

  private HttpResponse<String> get(String path) {
    var uri = URI.create("http://127.0.0.1:" + host.httpPort() + path);
    try {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(path, e);
    }
  }
}
