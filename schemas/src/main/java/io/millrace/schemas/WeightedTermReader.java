package io.millrace.schemas;

import java.io.IOException;
import java.util.function.DoubleConsumer;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.util.Utf8;

/**
 * Reads the fields {@code terms} and {@code weights} that {@code DocumentVector} and {@code
 * DocumentExample} have side by side: the generated records would hold a string and a box for each
 * term.
 */
public final class WeightedTermReader {

  private WeightedTermReader() {}

  /** Is given a text in UTF-8, the first bytes of an array that is used again. */
  public interface TextVisitor {
    void visit(byte[] utf8, int length);
  }

  /**
   * Reads both fields.
   *
   * @param in stands at the first of them
   * @param terms is given the terms in their order
   * @param weights is given the weights in theirs, after the terms
   * @throws IOException if the bytes end too early
   */
  public static void read(BinaryDecoder in, TextVisitor terms, DoubleConsumer weights)
      throws IOException {
    var text = new Utf8();
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (long i = 0; i < left; i++) {
        text = in.readString(text);
        terms.visit(text.getBytes(), text.getByteLength());
      }
    }
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (long i = 0; i < left; i++) {
        weights.accept(in.readDouble());
      }
    }
  }
}
