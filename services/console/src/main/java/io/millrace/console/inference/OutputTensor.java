package io.millrace.console.inference;

import java.util.List;

/** A tensor of an answer. The arrays are not copied. */
sealed interface OutputTensor {

  String name();

  TensorShape shape();

  /** {@code FP32}: the numbers of an array from an offset on. */
  record Floats(String name, TensorShape shape, float[] numbers, int offset)
      implements OutputTensor {}

  /** {@code FP64}. */
  record Doubles(String name, TensorShape shape, double[] numbers) implements OutputTensor {}

  /** {@code BYTES}, in UTF-8. */
  record Texts(String name, List<String> elements) implements OutputTensor {
    @Override
    public TensorShape shape() {
      return TensorShape.of(elements.size());
    }
  }

  /** The datatype, as the protocol names it. */
  default String datatype() {
    return switch (this) {
      case Floats _ -> "FP32";
      case Doubles _ -> "FP64";
      case Texts _ -> "BYTES";
    };
  }
}
