package io.millrace.schemas;

import java.util.Objects;

/** What came of reading a record: a value, or the reason why there is none. */
public sealed interface Decoded<T> {

  /** The record was understood. */
  record Valid<T>(T value) implements Decoded<T> {
    public Valid {
      Objects.requireNonNull(value, "value");
    }
  }

  /** The record cannot be used; the reason is written for the person who sent it. */
  record Invalid<T>(String reason) implements Decoded<T> {
    public Invalid {
      if (reason.isBlank()) {
        throw new IllegalArgumentException("reason must not be blank");
      }
    }
  }

  static <T> Decoded<T> valid(T value) {
    return new Valid<>(value);
  }

  static <T> Decoded<T> invalid(String reason) {
    return new Invalid<>(reason);
  }
}
