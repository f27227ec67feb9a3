package io.millrace.schemas;

import java.util.Objects;
import java.util.function.Function;

/** The result of decoding a record: a value, or the reason why the record cannot be used. */
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

  /** Applies a function to the value; an invalid record keeps its reason. */
  default <U> Decoded<U> map(Function<? super T, ? extends U> function) {
    return flatMap(value -> valid(function.apply(value)));
  }

  /** Decodes further what was understood so far; an invalid record keeps its reason. */
  default <U> Decoded<U> flatMap(Function<? super T, Decoded<U>> function) {
    return switch (this) {
      case Valid<T>(T value) -> function.apply(value);
      case Invalid<T>(String reason) -> invalid(reason);
    };
  }

  static <T> Decoded<T> valid(T value) {
    return new Valid<>(value);
  }

  static <T> Decoded<T> invalid(String reason) {
    return new Invalid<>(reason);
  }
}
