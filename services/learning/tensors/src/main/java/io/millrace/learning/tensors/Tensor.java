package io.millrace.learning.tensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * An array of numbers with a shape. Two are equal if their types, shapes and bits are. The elements
 * are handed over, not copied: models are large, and neither side writes to them afterwards.
 *
 * @param type the type of the elements
 * @param shape the extent of each dimension, each at least 0; empty for a scalar
 * @param bytes the elements in row-major order, each little-endian
 */
public record Tensor(ElementType type, List<Integer> shape, byte[] bytes) {
  public Tensor {
    shape = List.copyOf(shape);
    long expected = sizeBytes(type, shape);
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          "a tensor " + type + shape + " has " + expected + " bytes, not " + bytes.length);
    }
  }

  /** A tensor of single-precision numbers. */
  public static Tensor of(float[] values, int... shape) {
    ByteBuffer buffer = littleEndian(values.length, ElementType.F32);
    buffer.asFloatBuffer().put(values);
    return new Tensor(ElementType.F32, list(shape), buffer.array());
  }

  /** A tensor of double-precision numbers. */
  public static Tensor of(double[] values, int... shape) {
    ByteBuffer buffer = littleEndian(values.length, ElementType.F64);
    buffer.asDoubleBuffer().put(values);
    return new Tensor(ElementType.F64, list(shape), buffer.array());
  }

  /** A tensor of 32-bit integers. */
  public static Tensor of(int[] values, int... shape) {
    ByteBuffer buffer = littleEndian(values.length, ElementType.I32);
    buffer.asIntBuffer().put(values);
    return new Tensor(ElementType.I32, list(shape), buffer.array());
  }

  /** A tensor of 64-bit integers. */
  public static Tensor of(long[] values, int... shape) {
    ByteBuffer buffer = littleEndian(values.length, ElementType.I64);
    buffer.asLongBuffer().put(values);
    return new Tensor(ElementType.I64, list(shape), buffer.array());
  }

  /** A tensor of unsigned bytes. */
  public static Tensor of(byte[] values, int... shape) {
    return new Tensor(ElementType.U8, list(shape), values);
  }

  /** The elements of an {@link ElementType#F32} tensor, row-major. */
  public float[] floats() {
    float[] values = new float[elements(ElementType.F32)];
    littleEndian().asFloatBuffer().get(values);
    return values;
  }

  /** The elements of an {@link ElementType#F64} tensor, row-major. */
  public double[] doubles() {
    double[] values = new double[elements(ElementType.F64)];
    littleEndian().asDoubleBuffer().get(values);
    return values;
  }

  /** The elements of an {@link ElementType#I32} tensor, row-major. */
  public int[] ints() {
    int[] values = new int[elements(ElementType.I32)];
    littleEndian().asIntBuffer().get(values);
    return values;
  }

  /** The elements of an {@link ElementType#I64} tensor, row-major. */
  public long[] longs() {
    long[] values = new long[elements(ElementType.I64)];
    littleEndian().asLongBuffer().get(values);
    return values;
  }

  /** Whether no element is NaN or infinite; integers never are. */
  boolean isFinite() {
    ByteBuffer elements = littleEndian();
    switch (type) {
      case F32 -> {
        while (elements.hasRemaining()) {
          if (!Float.isFinite(elements.getFloat())) {
            return false;
          }
        }
      }
      case F64 -> {
        while (elements.hasRemaining()) {
          if (!Double.isFinite(elements.getDouble())) {
            return false;
          }
        }
      }
      case I32, I64, U8 -> {}
    }
    return true;
  }

  /** The type and shape of this tensor. */
  TensorSpec spec() {
    return new TensorSpec(type, shape);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor(ElementType otherType, List<Integer> otherShape, byte[] theirs)
        && type == otherType
        && shape.equals(otherShape)
        && Arrays.equals(bytes, theirs);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Tensor[" + type + shape + "]";
  }

  /**
   * The bytes of a tensor's elements.
   *
   * @throws IllegalArgumentException if an extent is negative or the size is not a long
   */
  static long sizeBytes(ElementType type, List<Integer> shape) {
    long size = type.sizeBytes();
    for (int extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("the extents of a tensor must be >= 0, were " + shape);
      }
      try {
        size = Math.multiplyExact(size, (long) extent);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("a tensor is too large: " + shape, e);
      }
    }
    return size;
  }

  private static ByteBuffer littleEndian(int elements, ElementType type) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, type.sizeBytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer littleEndian() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int elements(ElementType expected) {
    if (type != expected) {
      throw new IllegalArgumentException("the tensor must be of " + expected + ", was of " + type);
    }
    return bytes.length / type.sizeBytes();
  }

  private static List<Integer> list(int[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
