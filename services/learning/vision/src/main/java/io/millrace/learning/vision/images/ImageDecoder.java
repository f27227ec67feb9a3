package io.millrace.learning.vision.images;

/**
 * Decodes image files to samples. This is the only place where image files are decoded. The steps:
 *
 * <ol>
 *   <li>The first bytes tell the format.
 *   <li>Only what makes the pixels goes on to the decoder, and the extent is checked on the file's
 *       header: {@link PngChunks}, {@link JpegSegments}. Colour profiles and gamma are ignored, in
 *       all formats alike.
 *   <li>The decoder reads the extent, which is checked before memory is allocated for the pixels,
 *       and the pixels; a warning that pixels are lost refuses the file: {@link ImageIoFormat}.
 *   <li>The samples are converted to 8 bits, grey or red, green, blue: {@link RasterSamples}.
 *   <li>The image is turned as the camera was held: {@link Orientation}.
 * </ol>
 *
 * <p>Safe for several threads.
 */
public final class ImageDecoder {

  private ImageDecoder() {}

  /**
   * Decodes a PNG or JPEG file. Touches nothing outside memory.
   *
   * @throws UnusableImageException if the bytes are neither, are cut off or damaged, or are larger
   */
  public static DecodedImage decode(byte[] file, PixelLimit limit) throws UnusableImageException {
    if (PngChunks.hasSignature(file)) {
      DecodedImage image = ImageIoFormat.PNG.decode(PngChunks.essential(file, limit), limit);
      return Orientation.of(PngChunks.exif(file)).upright(image);
    }
    if (JpegSegments.hasSignature(file)) {
      JpegSegments.Essence jpeg = JpegSegments.read(file, limit);
      byte[] pixels = jpeg.pixels();
      DecodedImage image =
          switch (jpeg.colours()) {
            case GREY, RGB, YCBCR -> ImageIoFormat.JPEG.decode(pixels, limit);
            case CMYK -> ImageIoFormat.JPEG.decodeInks(pixels, limit, false);
            case YCCK -> ImageIoFormat.JPEG.decodeInks(pixels, limit, true);
          };
      return Orientation.of(jpeg.exif()).upright(image);
    }
    throw new UnusableImageException("neither a PNG nor a JPEG file");
  }
}
