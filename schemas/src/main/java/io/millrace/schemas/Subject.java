package io.millrace.schemas;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** What a label, an example or a prediction speaks of: always kind and id together. */
public record Subject(Kind kind, String id) {

  /** The kinds of subject; the name on topics is in lower case. */
  public enum Kind {
    IMAGE,
    DOCUMENT
  }

  public Subject {
    Objects.requireNonNull(kind, "kind");
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a subject's id must not be empty");
    }
  }

  public static Subject image(String id) {
    return new Subject(Kind.IMAGE, id);
  }

  public static Subject document(String id) {
    return new Subject(Kind.DOCUMENT, id);
  }

  /** Reads {@code kind/id}; the id may hold slashes itself. Empty if the text is no subject. */
  public static Optional<Subject> parse(String text) {
    for (Kind kind : Kind.values()) {
      String start = prefix(kind);
      if (text.startsWith(start) && text.length() > start.length()) {
        return Optional.of(new Subject(kind, text.substring(start.length())));
      }
    }
    return Optional.empty();
  }

  /** The form on topics: {@code image/17}. */
  @Override
  public String toString() {
    return prefix(kind) + id;
  }

  private static String prefix(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT) + "/";
  }
}
