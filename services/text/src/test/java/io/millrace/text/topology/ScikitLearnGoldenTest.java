package io.millrace.text.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.text.config.TextConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option of the analysis and the weighing, against scikit-learn's numbers: see forms.py. */
final class ScikitLearnGoldenTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double EXACT = 1e-12;

  @TempDir private Path folder;

  /** Settings, and what scikit-learn made of every text with the same options. */
  private record Form(Map<String, String> settings, List<Map<String, Double>> vectors) {
    @Override
    public String toString() {
      return settings.toString();
    }
  }

  private record Golden(List<String> texts, List<Form> forms) {}

  static Stream<Form> forms() throws IOException {
    return golden().forms().stream();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void givesTheTermsAndTheWeightsOfScikitLearn(Form form) throws IOException {
    List<String> texts = golden().texts();
    Map<String, String> settings = new HashMap<>(form.settings());
    settings.put("text.analysis", "scikit-learn");
    try (var driver = new TextTestDriver(folder, TextConfig.from(Settings.of(settings)))) {
      send(texts, driver);
      driver.vectors();
      send(texts, driver);

      List<DocumentVector> vectors =
          driver.vectors().stream().map(record -> record.value()).toList();

      assertThat(vectors).hasSameSizeAs(texts);
      for (int text = 0; text < texts.size(); text++) {
        DocumentVector vector = vectors.get(text);
        Map<String, Double> expected = form.vectors().get(text);
        assertThat(vector.getTerms()).containsExactlyElementsOf(expected.keySet());
        for (int place = 0; place < expected.size(); place++) {
          assertThat(vector.getWeights().get(place))
              .isCloseTo(expected.get(vector.getTerms().get(place)), within(EXACT));
        }
      }
    }
  }

  /** As Avro: bytes alone that are empty, or have a zero among them, are no text. */
  private static void send(List<String> texts, TextTestDriver driver) {
    AvroCodec<Document> avro = AvroCodec.of(Document.class);
    for (int text = 0; text < texts.size(); text++) {
      driver.send(
          TextTestDriver.bytes(Integer.toString(text)),
          avro.encode(new Document(texts.get(text), null)),
          new RecordHeaders());
    }
  }

  private static Golden golden() throws IOException {
    var golden = new Golden(new ArrayList<>(), new ArrayList<>());
    try (InputStream in = ScikitLearnGoldenTest.class.getResourceAsStream("/golden/forms.tsv")) {
      String lines =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : lines.lines().toList()) {
        read(List.of(line.split("\t")), golden);
      }
    }
    return golden;
  }

  private static void read(List<String> fields, Golden golden) throws JsonProcessingException {
    List<String> rest = fields.subList(1, fields.size());
    switch (fields.getFirst()) {
      case "text" -> golden.texts().add(JSON.readValue(rest.getFirst(), String.class));
      case "case" -> golden.forms().add(new Form(settings(rest), new ArrayList<>()));
      case "vector" -> golden.forms().getLast().vectors().add(vector(rest));
      default -> throw new IllegalArgumentException(fields.getFirst());
    }
  }

  private static Map<String, String> settings(List<String> fields) throws JsonProcessingException {
    Map<String, String> settings = new TreeMap<>();
    for (String field : fields) {
      int equals = field.indexOf('=');
      settings.put(
          field.substring(0, equals),
          JSON.readValue('"' + field.substring(equals + 1) + '"', String.class));
    }
    return settings;
  }

  /** Ascending by the code units of UTF-16, where Python's terms ascend by code points. */
  private static Map<String, Double> vector(List<String> fields) throws JsonProcessingException {
    Map<String, Double> weights = new TreeMap<>();
    for (int field = 0; field < fields.size(); field += 2) {
      weights.put(
          JSON.readValue(fields.get(field), String.class), Double.valueOf(fields.get(field + 1)));
    }
    return weights;
  }
}
