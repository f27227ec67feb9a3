package io.millrace.learning.vision.images;

import java.nio.charset.StandardCharsets;

/**
 * Decodes image files to samples. This is the only place where image files are decoded. The steps:
 *
 * <ol>
 *   <li>The first bytes tell the format.
 *   <li>Only what makes the pixels goes on to the decoder, and the extent is checked on the file's
 *       header: {@link PngChunks}, {@link JpegSegments}, {@link WebpChunks}, {@link TiffPage},
 *       {@link GifCanvas}. Colour profiles and gamma are ignored, in all formats alike.
 *   <li>The decoder reads the extent, which is checked before memory is allocated for the pixels,
 *       and the pixels; a warning that pixels are lost refuses the file: {@link ImageIoFormat}. Of
 *       the common kinds of PNG {@link PngSamples} reads the samples with less ado.
 *   <li>The samples are converted to 8 bits, grey or red, green, blue: {@link RasterSamples}.
 *   <li>The image is turned as the camera was held: {@link Orientation}.
 * </ol>
 *
 * <p>Safe for several threads.
 */
public final class ImageDecoder {

  /**
   * How large an image may be. It is checked before memory is allocated for the pixels.
   *
   * @param pixels the most that are decoded, width times height
   * @param setting where the number comes from, for the person whose image is refused
   */
  public record PixelLimit(long pixels, String setting) {

    /**
     * The most memory of a pixel while it is decoded: four channels of 16 bits, then red, green and
     * blue of 8 bits, and the same turned upright.
     */
    public static final int DECODED_BYTES = 16;

    void check(int width, int height) throws UnusableImageException {
      if (width < 1 || height < 1) {
        throw new UnusableImageException("the image has no pixels: " + width + " x " + height);
      }
      if ((long) width * height > pixels) {
        throw new UnusableImageException(
            "the image has %d x %d pixels, more than the limit of %d: make it smaller, or raise %s"
                .formatted(width, height, pixels, setting));
      }
    }
  }

  private ImageDecoder() {}

  /**
   * An image of bare samples.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @param samples {@code byte[height, width, channels]}, 0 to 255; not copied
   * @throws UnusableImageException if the extents are not positive, are larger, or are not those of
   *     the samples
   */
  public static DecodedImage ofSamples(
      int width, int height, int channels, byte[] samples, PixelLimit limit)
      throws UnusableImageException {
    limit.check(width, height);
    return DecodedImage.of(width, height, channels, samples);
  }

  /**
   * Decodes a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM file; of an animation the first frame. Touches
   * nothing outside memory.
   *
   * @throws UnusableImageException if the bytes are none of these, are cut off or damaged, or are
   *     larger
   */
  public static DecodedImage decode(byte[] file, PixelLimit limit) throws UnusableImageException {
    if (PngChunks.hasSignature(file)) {
      byte[] essential = PngChunks.essential(file, limit);
      DecodedImage image = PngSamples.read(essential);
      if (image == null) {
        image = ImageIoFormat.PNG.decode(essential, limit);
      }
      return Orientation.of(PngChunks.exif(file)).upright(image);
    }
    if (JpegSegments.hasSignature(file)) {
      return JpegSegments.decode(file, limit);
    }
    String start = new String(file, 0, Math.min(file.length, 16), StandardCharsets.ISO_8859_1);
    if (start.startsWith("GIF8")) {
      return GifCanvas.decode(file, limit);
    }
    if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return WebpChunks.decode(file, limit);
    }
    if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
      return TiffPage.decode(file, limit);
    }
    if (start.startsWith("BM")) {
      return ImageIoFormat.BMP.decode(file, limit);
    }
    if (start.matches("(?s)P[1-7]\\s.*")) {
      return ImageIoFormat.PNM.decode(file, limit);
    }
    throw new UnusableImageException(
        "not an image file that is read: send PNG, JPEG, GIF, BMP, TIFF, WebP or PNM");
  }
}
