package io.millrace.learning.tensors;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The content of a safetensors file: tensors by name, and texts (the metadata) by name. See <a
 * href="https://github.com/huggingface/safetensors#format">the format</a>.
 *
 * <p>Equal content gives equal bytes: the header has a fixed order and no spaces except its
 * padding. Tensors of wider element types come first, so that all are aligned, then names ascend.
 *
 * @param tensors the tensors, by ascending name
 * @param metadata texts about them, by ascending name
 */
public record SafeTensors(SortedMap<String, Tensor> tensors, SortedMap<String, String> metadata) {

  /** The name of the header's entry for the texts; no tensor can have it. */
  static final String METADATA = "__metadata__";

  public SafeTensors {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be named " + METADATA);
    }
  }

  /** The content with maps in any order. */
  public static SafeTensors of(Map<String, Tensor> tensors, Map<String, String> metadata) {
    return new SafeTensors(new TreeMap<>(tensors), new TreeMap<>(metadata));
  }

  /**
   * Reads the bytes of a file. They need not be trusted: every length, offset and type is checked
   * before it is used, and memory is allocated only for bytes that are there.
   *
   * @throws SafeTensorsException if the bytes are not a safetensors file
   */
  public static SafeTensors read(byte[] file) {
    return SafeTensorsReader.read(file);
  }

  /**
   * The bytes of a file before the elements: the header and its length. For writing a file that is
   * too large for memory. The elements of all tensors follow, little-endian: those of wider types
   * first, then by name.
   */
  public static byte[] header(Map<String, TensorSpec> tensors, Map<String, String> metadata) {
    return SafeTensorsWriter.prefix(tensors, new TreeMap<>(metadata));
  }

  /** The bytes of the file; equal content gives equal bytes. */
  public byte[] toBytes() {
    return SafeTensorsWriter.write(this);
  }

  /**
   * The tensor of a name, which must have a type and shape.
   *
   * @throws SafeTensorsException if it is missing or has another type or shape
   */
  public Tensor tensor(String name, ElementType type, int... shape) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new SafeTensorsException("the tensor " + name + " is missing");
    }
    List<Integer> expected = Arrays.stream(shape).boxed().toList();
    if (tensor.type() != type || !tensor.shape().equals(expected)) {
      throw new SafeTensorsException(
          "the tensor "
              + name
              + " is "
              + tensor.type()
              + tensor.shape()
              + ", not "
              + type
              + expected);
    }
    return tensor;
  }

  /** The name of a tensor that holds NaN or infinity; empty if all numbers are finite. */
  public Optional<String> notFinite() {
    return tensors.entrySet().stream()
        .filter(it -> !it.getValue().isFinite())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * The text of a name.
   *
   * @throws SafeTensorsException if it is missing
   */
  public String text(String name) {
    String text = metadata.get(name);
    if (text == null) {
      throw new SafeTensorsException("the metadata has no text " + name);
    }
    return text;
  }
}
