package io.millrace.runtime.settings;

import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * How large inputs may be: one limit for each input topic, since what its reporter refuses nobody
 * else may use, and what its reporter accepts everybody must.
 *
 * <p>They are no part of a model's fingerprint, so that they can be raised while a model learns;
 * the trainers' manifests record them.
 *
 * @param documentBytes the largest value of a record of {@code documents}, from 1 to {@value
 *     #MAX_DOCUMENT_BYTES}
 * @param imagePixels the most pixels of an image, width times height
 */
public record InputLimits(int documentBytes, long imagePixels) {

  /** The setting of {@link #documentBytes}. */
  public static final String DOCUMENT_BYTES = "documents.max.bytes";

  /** The setting of {@link #imagePixels}. */
  public static final String IMAGE_PIXELS = "images.max.pixels";

  /** The largest document that can be allowed: records on topics may be a little larger. */
  public static final int MAX_DOCUMENT_BYTES = 8_388_608;

  static void define(ConfigDef definition) {
    definition
        .define(
            DOCUMENT_BYTES,
            Type.INT,
            1_048_576,
            Range.between(1, MAX_DOCUMENT_BYTES),
            Importance.MEDIUM,
            "The largest document, in bytes as it comes. A larger one becomes a dead letter and is"
                + " neither counted nor learned from. Give text and embedding the same value.")
        .define(
            IMAGE_PIXELS,
            Type.LONG,
            16_777_216L,
            Range.between(1, 1L << 28),
            Importance.MEDIUM,
            "The most pixels of an image, width times height. A larger one is not decoded: it"
                + " becomes a dead letter and is not learned from. Give scoring and vision the same"
                + " value.");
  }

  static InputLimits from(AbstractConfig values) {
    return new InputLimits(values.getInt(DOCUMENT_BYTES), values.getLong(IMAGE_PIXELS));
  }
}
