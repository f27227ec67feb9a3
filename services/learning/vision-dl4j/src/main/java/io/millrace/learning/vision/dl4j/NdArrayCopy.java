package io.millrace.learning.vision.dl4j;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies whole arrays between the heap and ND4J's memory. */
final class NdArrayCopy {

  private NdArrayCopy() {}

  /**
   * Copies an array's elements in row-major order.
   *
   * @param to as long as the array at least
   */
  static void read(INDArray from, float[] to) {
    if (from.length() > to.length) {
      throw new IllegalArgumentException("no room in " + to.length + ": " + describe(from));
    }
    int length = Math.toIntExact(from.length());
    if (isRowMajor(from)) {
      pointer(from).get(to, 0, length);
    } else {
      try (INDArray copy = from.dup('c')) {
        pointer(copy).get(to, 0, length);
      }
    }
  }

  /**
   * Fills an array that stands in row-major order.
   *
   * @param from as long as the array at least
   */
  static void write(float[] from, INDArray to) {
    if (to.length() > from.length || !isRowMajor(to)) {
      throw new IllegalArgumentException(
          "cannot be filled from " + from.length + ": " + describe(to));
    }
    pointer(to).put(from, 0, Math.toIntExact(to.length()));
  }

  /** Copies a piece of an array whose elements stand side by side. */
  static void read(INDArray from, int offset, float[] to, int at, int length) {
    at(from, offset, length).get(to, at, length);
  }

  /** Fills a piece of an array whose elements stand side by side. */
  static void write(float[] from, int offset, INDArray to, int at, int length) {
    at(to, at, length).put(from, offset, length);
  }

  private static FloatPointer at(INDArray array, int offset, int length) {
    if (offset < 0 || length > array.length() - offset || !isRowMajor(array)) {
      throw new IllegalArgumentException(
          "no " + length + " numbers at " + offset + ": " + describe(array));
    }
    // A pointer of its own, as moving it must not move the array's.
    var pointer = new FloatPointer(pointer(array));
    return pointer.position(pointer.position() + offset);
  }

  /** Whether the elements stand side by side, the last extent running fastest. */
  private static boolean isRowMajor(INDArray array) {
    long expected = 1;
    for (int i = array.rank() - 1; i >= 0; i--) {
      if (array.size(i) != 1 && array.stride(i) != expected) {
        return false;
      }
      expected *= array.size(i);
    }
    return true;
  }

  private static FloatPointer pointer(INDArray array) {
    return (FloatPointer) array.data().addressPointer();
  }

  private static String describe(INDArray array) {
    return array.shapeInfoToString();
  }
}
