package io.millrace.console.inference;

import io.millrace.runtime.http.HttpStatusException;
import java.util.List;

/**
 * The extents of a tensor.
 *
 * @param extents each from 1 to 2^31 - 1, and so is their product
 */
record TensorShape(List<Integer> extents) {

  /** The most extents. */
  static final int MAX_DIMENSIONS = 8;

  TensorShape {
    extents = List.copyOf(extents);
  }

  /**
   * The shape of a request's tensor.
   *
   * @throws HttpStatusException 400 if there are none or too many extents, one is less than 1, or
   *     there would be too many elements
   */
  static TensorShape of(String tensor, List<Long> extents) {
    if (extents.isEmpty() || extents.size() > MAX_DIMENSIONS) {
      throw HttpStatusException.badRequest(
          "the shape of %s must have 1 to %d extents".formatted(tensor, MAX_DIMENSIONS));
    }
    long size = 1;
    for (long extent : extents) {
      if (extent < 1 || extent > Integer.MAX_VALUE) {
        throw HttpStatusException.badRequest(
            "the extents of %s must be from 1 to %d, the shape is %s"
                .formatted(tensor, Integer.MAX_VALUE, extents));
      }
      size *= extent; // At most 2^31 times 2^31.
      if (size > Integer.MAX_VALUE) {
        throw HttpStatusException.badRequest(
            "%s of the shape %s would have more than %d elements"
                .formatted(tensor, extents, Integer.MAX_VALUE));
      }
    }
    return new TensorShape(extents.stream().map(Long::intValue).toList());
  }

  /** The shape of an answer's tensor; an extent may be 0. */
  static TensorShape of(Integer... extents) {
    return new TensorShape(List.of(extents));
  }

  /** The number of elements. */
  int size() {
    return extents.stream().reduce(1, Math::multiplyExact);
  }

  /** Whether it is {@code [n]}, or {@code [n, 1]} as clients of MLServer send texts and files. */
  boolean isList() {
    return extents.size() == 1 || extents.size() == 2 && extents.getLast() == 1;
  }

  /** The first extent. */
  int rows() {
    return extents.getFirst();
  }

  /**
   * The refusal of a tensor that has other elements than its shape says.
   *
   * @param has what it has
   */
  HttpStatusException mismatch(String tensor, String has) {
    return HttpStatusException.badRequest(
        "%s has the shape %s, so %d elements; its data are %s"
            .formatted(tensor, this, size(), has));
  }

  @Override
  public String toString() {
    return extents.toString();
  }
}
