package io.millrace.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;

/**
 * An earlier build that this one promises to work beside, and the schemas that it writes: {@code
 * earlier/NAME.avsc}, a union of all its records.
 *
 * <p>Builds up to {@code 9dd0730} find no schema but their own. While one of them still runs, or
 * may come back, {@link #writeFor} lets this process write only what it can read.
 *
 * @param name its commit
 * @param schemas by the name of the record
 */
public record CompatibleBuild(String name, Map<String, Schema> schemas) {

  private static final List<String> NAMES = List.of("9dd0730");

  private static volatile Optional<CompatibleBuild> reader = Optional.empty();

  public CompatibleBuild {
    schemas = Map.copyOf(schemas);
  }

  /** All of them, the oldest first. */
  public static List<CompatibleBuild> all() {
    return Loaded.ALL;
  }

  /** The names of all, the oldest first. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * From now on this process writes records with the schemas of an earlier build.
   *
   * @param name the build; empty for this build's own schemas
   * @throws IllegalArgumentException if {@link #names} does not have the name
   */
  public static void writeFor(String name) {
    reader =
        name.isEmpty()
            ? Optional.empty()
            : Optional.of(
                all().stream()
                    .filter(it -> it.name().equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                        new IllegalArgumentException(
                            "no earlier build is named '" + name + "'; known are " + NAMES)));
  }

  /** The schema to write a record with, if it is another than this build's own. */
  static Optional<Schema> writtenSchema(Schema own) {
    return reader
        .map(build -> build.schemas().get(own.getName()))
        .filter(it ->
            SchemaNormalization.parsingFingerprint64(it)
                != SchemaNormalization.parsingFingerprint64(own));
  }

  /** Read when first needed. */
  private static final class Loaded {
    static final List<CompatibleBuild> ALL = NAMES.stream().map(CompatibleBuild::load).toList();
  }

  private static CompatibleBuild load(String name) {
    String file = "/earlier/" + name + ".avsc";
    try (InputStream json = CompatibleBuild.class.getResourceAsStream(file)) {
      if (json == null) {
        throw new IllegalStateException(file + " is not on the class path");
      }
      Schema union = new SchemaParser().parse(json).mainSchema();
      return new CompatibleBuild(
          name,
          union.getTypes().stream().collect(Collectors.toMap(Schema::getName, schema -> schema)));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
