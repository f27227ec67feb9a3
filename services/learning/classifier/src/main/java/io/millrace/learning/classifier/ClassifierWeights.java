package io.millrace.learning.classifier;

import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.tensors.Tensor;
import java.util.List;
import java.util.Map;

/**
 * All weights of a network, as in the model file. The arrays are handed over, not copied.
 *
 * @param vocabulary the terms, each once
 * @param classes each once
 * @param fc1 {@code float[vocabulary, hidden]}: a row for each term, the transpose of the file's
 *     {@code fc1.weight}, so that what a document needs is contiguous
 * @param fc1Bias {@code float[hidden]}
 * @param fc2 {@code float[classes, hidden]}
 * @param fc2Bias {@code float[classes]}
 */
record ClassifierWeights(
    List<String> vocabulary,
    List<String> classes,
    float[] fc1,
    float[] fc1Bias,
    float[] fc2,
    float[] fc2Bias) {

  /** The side of a square of a matrix whose lines stay in the cache while it is transposed. */
  private static final int TILE = 32;

  private static final String VOCABULARY = "vocabulary";
  private static final String CLASSES = "classes";
  private static final String FC1_WEIGHT = "fc1.weight";
  private static final String FC1_BIAS = "fc1.bias";
  private static final String FC2_WEIGHT = "fc2.weight";
  private static final String FC2_BIAS = "fc2.bias";

  ClassifierWeights {
    vocabulary = List.copyOf(vocabulary);
    classes = List.copyOf(classes);
    requireLength("fc1", fc1, vocabulary.size() * (long) fc1Bias.length);
    requireLength("fc2", fc2, classes.size() * (long) fc1Bias.length);
    requireLength("fc2Bias", fc2Bias, classes.size());
  }

  private static void requireLength(String what, float[] array, long length) {
    if (array.length != length) {
      throw new IllegalArgumentException(
          what + " must have " + length + " numbers, had " + array.length);
    }
  }

  /** Units of the hidden layer. */
  int hidden() {
    return fc1Bias.length;
  }

  /** Encodes the weights as the content of a model file. */
  SafeTensors toFile() {
    int terms = vocabulary.size();
    return SafeTensors.of(
        Map.of(
            FC1_WEIGHT, Tensor.of(transposed(fc1, terms, hidden()), hidden(), terms),
            FC1_BIAS, Tensor.of(fc1Bias, hidden()),
            FC2_WEIGHT, Tensor.of(fc2, classes.size(), hidden()),
            FC2_BIAS, Tensor.of(fc2Bias, classes.size())),
        Map.of(VOCABULARY, NameListCodec.join(vocabulary), CLASSES, NameListCodec.join(classes)));
  }

  /**
   * Decodes the content of a model file.
   *
   * @throws SafeTensorsException if it is not a classifier's
   */
  static ClassifierWeights of(SafeTensors file) {
    List<String> vocabulary = NameListCodec.split(file.text(VOCABULARY));
    List<String> classes = NameListCodec.split(file.text(CLASSES));
    Tensor bias = file.tensors().get(FC1_BIAS);
    if (bias == null || bias.shape().size() != 1) {
      throw new SafeTensorsException("not a classifier's model file: it has no vector " + FC1_BIAS);
    }
    int hidden = bias.shape().getFirst();
    float[] fc1 = file.tensor(FC1_WEIGHT, ElementType.F32, hidden, vocabulary.size()).floats();
    return new ClassifierWeights(
        vocabulary,
        classes,
        transposed(fc1, hidden, vocabulary.size()),
        file.tensor(FC1_BIAS, ElementType.F32, hidden).floats(),
        file.tensor(FC2_WEIGHT, ElementType.F32, classes.size(), hidden).floats(),
        file.tensor(FC2_BIAS, ElementType.F32, classes.size()).floats());
  }

  private static float[] transposed(float[] matrix, int rows, int columns) {
    float[] result = new float[matrix.length];
    for (int top = 0; top < rows; top += TILE) {
      int bottom = Math.min(rows, top + TILE);
      for (int left = 0; left < columns; left += TILE) {
        int right = Math.min(columns, left + TILE);
        for (int column = left; column < right; column++) {
          for (int row = top; row < bottom; row++) {
            result[column * rows + row] = matrix[row * columns + column];
          }
        }
      }
    }
    return result;
  }
}
