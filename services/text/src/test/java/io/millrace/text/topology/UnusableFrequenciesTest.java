package io.millrace.text.topology;

import static io.millrace.text.topology.TextTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.Label;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What no partition has written to {@code document-frequencies} is passed by and counted. */
final class UnusableFrequenciesTest {

  private static final byte[] KEY = bytes("1/000000000000");
  private static final byte[] STATED = encoded(9, List.of("fox"), List.of(9L));

  private final TextTestDriver driver;

  UnusableFrequenciesTest(@TempDir Path folder) {
    driver = new TextTestDriver(folder);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  static List<Arguments> unusable() {
    return List.of(
        arguments("no key", null, STATED),
        arguments("empty key", new byte[0], STATED),
        arguments("another key", bytes("fox"), STATED),
        arguments("another key, no value", bytes("fox"), null),
        arguments("a partition that none has", bytes("10000/000000000000"), STATED),
        arguments("empty value", KEY, new byte[0]),
        arguments("text", KEY, bytes("nothing of the kind")),
        arguments("another Avro", KEY, AvroCodec.of(Label.class).encode(new Label("image/1", "7"))),
        arguments("too few counts", KEY, encoded(9, List.of("fox"), List.of())),
        arguments("a count below none", KEY, encoded(9, List.of("fox"), List.of(-1L))),
        arguments("fewer documents than none", KEY, encoded(-1, List.of("fox"), List.of(0L))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void changesNothingAndIsCounted(String name, byte[] key, byte[] value) {
    driver.publish(
        new FrequencyBlockKey(2, 0),
        new DocumentFrequencies(2L, List.of("hen"), List.of(1L), 0L, -1L, 0L, 0L, 0L));

    driver.publish(key, value);

    driver.text("a", "red hen");
    assertThat(driver.vector().getCorpusSize()).isEqualTo(3);
    assertThat(driver.stats.recordsSkipped()).isEqualTo(1);
  }

  private static byte[] encoded(long documents, List<String> terms, List<Long> counts) {
    return AvroCodec.of(DocumentFrequencies.class)
        .encode(new DocumentFrequencies(documents, terms, counts, 0L, -1L, 0L, 0L, 0L));
  }
}
