package io.millrace.learning.tensors;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The content of a safetensors file: tensors by name, and free texts by name. See <a
 * href="https://github.com/huggingface/safetensors#format">the format</a>.
 *
 * <p>Equal content gives equal bytes: the header is in a fixed order, without spaces but for the
 * padding; wider element types stand first, so that every tensor is aligned, then names ascend.
 *
 * @param tensors the tensors, by ascending name
 * @param metadata texts about them, by ascending name
 */
public record SafeTensors(SortedMap<String, Tensor> tensors, SortedMap<String, String> metadata) {

  /** The header's entry for the texts; no tensor can have this name. */
  static final String METADATA = "__metadata__";

  public SafeTensors {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be named " + METADATA);
    }
  }

  /** The same of maps in any order. */
  public static SafeTensors of(Map<String, Tensor> tensors, Map<String, String> metadata) {
    return new SafeTensors(new TreeMap<>(tensors), new TreeMap<>(metadata));
  }

  /**
   * Reads a file's bytes. They may come from anywhere: every length, offset and type is checked
   * before it is used, and memory is taken only for bytes that are there.
   *
   * @throws SafeTensorsException if the bytes are no such file
   */
  public static SafeTensors read(byte[] file) {
    return SafeTensorsReader.read(file);
  }

  /**
   * What stands in a file before the elements, for one that is too large to be made in memory. The
   * elements of all tensors follow, little-endian: those of wider types first, then by name.
   */
  public static byte[] header(Map<String, TensorSpec> tensors, Map<String, String> metadata) {
    return SafeTensorsWriter.prefix(tensors, new TreeMap<>(metadata));
  }

  /** The file's bytes; the same for equal content. */
  public byte[] toBytes() {
    return SafeTensorsWriter.write(this);
  }

  /**
   * A tensor of known name, type and shape.
   *
   * @throws SafeTensorsException if it is not there or is another
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

  /**
   * A text of known name.
   *
   * @throws SafeTensorsException if it is not there
   */
  public String text(String name) {
    String text = metadata.get(name);
    if (text == null) {
      throw new SafeTensorsException("the metadata lack " + name);
    }
    return text;
  }
}
