package io.millrace.schemas.input.foreign;

/** What Debezium writes in place of a value that it was not given. */
public final class Debezium {

  /** Why the placeholder is refused, after the name of the value. */
  public static final String UNAVAILABLE =
      " is Debezium's placeholder for a column that did not change, which the source database did"
          + " not send: in PostgreSQL, set REPLICA IDENTITY FULL on the table";

  /** The default of Debezium's setting {@code unavailable.value.placeholder}. */
  private static final String PLACEHOLDER = "__debezium_unavailable_value";

  private Debezium() {}

  /** Whether a value is the placeholder, which is no text, label or id of anybody. */
  public static boolean isUnavailable(String value) {
    return value.strip().equals(PLACEHOLDER);
  }
}
