package io.millrace.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;

/**
 * The schemas that records were written with, by fingerprint: those of this build, those of earlier
 * builds, and those that a {@link Source} finds, which later builds have written. One for the whole
 * process, since a fingerprint names the same schema whoever asks. Safe for several threads.
 */
public final class WriterSchemas {

  /** The longest text of a schema: all of this build's together have a tenth of it. */
  public static final int MAX_CHARACTERS = 262_144;

  /** Found schemas are kept for good, so their number is bounded. */
  static final int MAX_FOUND = 1_000;

  /** Avro's parser and readers recurse once for each level. */
  private static final int MAX_DEPTH = 100;

  private static final Map<Long, Schema> FOUND = new ConcurrentHashMap<>();
  private static final List<Source> SOURCES = new CopyOnWriteArrayList<>();

  private WriterSchemas() {}

  /** Where schemas of other builds are looked for. */
  @FunctionalInterface
  public interface Source {

    /**
     * The text of a schema; empty if it is not there.
     *
     * @throws IllegalStateException if there is no answer; the message names who did not answer
     */
    Optional<String> find(long fingerprint);
  }

  /** Ends the use of a source. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Looks for schemas in a source too, after those that were added before. */
  public static Registration lookIn(Source source) {
    SOURCES.add(source);
    return () -> SOURCES.remove(source);
  }

  /**
   * The schema with a fingerprint; empty if it is found nowhere.
   *
   * @throws IllegalStateException if a source does not answer
   */
  public static Optional<Schema> find(long fingerprint) {
    Schema known = BuiltInSchemas.BY_FINGERPRINT.get(fingerprint);
    if (known == null) {
      known = FOUND.get(fingerprint);
    }
    return known == null ? findInSources(fingerprint) : Optional.of(known);
  }

  private static Optional<Schema> findInSources(long fingerprint) {
    for (Source source : SOURCES) {
      Optional<Schema> found =
          source
              .find(fingerprint)
              .flatMap(WriterSchemas::parse)
              .filter(it -> SchemaNormalization.parsingFingerprint64(it) == fingerprint);
      if (found.isPresent()) {
        keep(found.get());
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * Keeps a schema that was found, to be found again by its fingerprint.
   *
   * @throws IllegalStateException if there are too many
   */
  static void keep(Schema schema) {
    long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    if (BuiltInSchemas.BY_FINGERPRINT.containsKey(fingerprint) || FOUND.containsKey(fingerprint)) {
      return;
    }
    if (FOUND.size() >= MAX_FOUND) {
      throw new IllegalStateException(
          "records of more than %d foreign schemas were read: one writer makes new schemas"
                  .formatted(MAX_FOUND)
              + " all the time; restart when it has stopped");
    }
    FOUND.put(fingerprint, schema);
  }

  /** Trusts nothing: the text may be no schema at all, or nested without an end. */
  static Optional<Schema> parse(String text) {
    if (text.length() > MAX_CHARACTERS || depth(text) > MAX_DEPTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SchemaParser().parse(text).mainSchema());
    } catch (AvroRuntimeException e) {
      return Optional.empty();
    }
  }

  private static int depth(String text) {
    int depth = 0;
    int deepest = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '{', '[' -> deepest = Math.max(deepest, ++depth);
        case '}', ']' -> depth--;
        default -> {}
      }
    }
    return deepest;
  }

  /** A fingerprint as people and topics write it: 16 hexadecimal digits. */
  public static String hex(long fingerprint) {
    return "%016x".formatted(fingerprint);
  }

  /**
   * The schemas of all records on topics that this build knows itself, loaded when first needed.
   */
  private static final class BuiltInSchemas {
    static final Map<Long, Schema> BY_FINGERPRINT =
        Stream.concat(
                Stream.of(Schemas.values())
                    .map(Schemas::schema)
                    .flatMap(it -> Stream.concat(Stream.of(it), earlier(it.getName()).stream())),
                CompatibleBuild.all().stream().flatMap(it -> it.schemas().values().stream()))
            .collect(
                Collectors.toUnmodifiableMap(
                    SchemaNormalization::parsingFingerprint64,
                    schema -> schema,
                    (own, same) -> own));

    /** Earlier schemas of a record: {@code earlier/NAME.1.avsc} and so on. */
    private static List<Schema> earlier(String name) {
      List<Schema> schemas = new ArrayList<>();
      while (true) {
        String file = "/earlier/" + name + "." + (schemas.size() + 1) + ".avsc";
        try (InputStream json = WriterSchemas.class.getResourceAsStream(file)) {
          if (json == null) {
            return schemas;
          }
          schemas.add(new SchemaParser().parse(json).mainSchema());
        } catch (IOException e) {
          throw new UncheckedIOException(file + " cannot be read", e);
        }
      }
    }
  }
}
