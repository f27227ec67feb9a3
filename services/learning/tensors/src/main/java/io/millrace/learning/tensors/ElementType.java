package io.millrace.learning.tensors;

/** The element types that are read and written, under their names in the file format. */
public enum ElementType {
  /** IEEE 754 single precision. */
  F32(4),
  /** IEEE 754 double precision. */
  F64(8),
  /** Signed 32-bit integer. */
  I32(4),
  /** Signed 64-bit integer. */
  I64(8),
  /** Unsigned byte. */
  U8(1);

  private final int sizeBytes;

  ElementType(int sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** The bytes of an element. */
  public int sizeBytes() {
    return sizeBytes;
  }
}
