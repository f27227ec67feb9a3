package io.millrace.learning.tensors;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Recognizes files that are taken for safetensors by mistake, and says how to make one of them. */
final class ForeignFile {

  private static final String FROM_PYTORCH =
      "load it in Python and write model.state_dict() with safetensors.torch.save_file";

  private ForeignFile() {}

  /**
   * What a file is and what to do with it; empty if the kind is not known.
   *
   * @param file its content, or the start of it
   */
  static Optional<String> describe(byte[] file) {
    if (starts(file, "PK\3\4")) {
      return Optional.of("a ZIP archive, as torch.save writes .pt and numpy .npz: " + FROM_PYTORCH);
    }
    if (file.length > 1 && file[0] == (byte) 0x80 && file[1] >= 2 && file[1] <= 5) {
      return Optional.of("a Python pickle, as older torch.save writes .pt: " + FROM_PYTORCH);
    }
    if (starts(file, "\211HDF")) {
      return Optional.of(
          "HDF5, as Keras writes .h5: write its arrays with safetensors.numpy.save_file");
    }
    if (starts(file, "\223NUMPY")) {
      return Optional.of("a NumPy array: write all arrays with safetensors.numpy.save_file");
    }
    if (starts(file, "GGUF")) {
      return Optional.of("GGUF, whose weights are quantized: take the model's safetensors file");
    }
    if (file.length > 2 && file[0] == 8 && file[1] > 0 && file[1] < 32 && file[2] == 18) {
      return Optional.of("ONNX: take the weights from the framework that it was exported from");
    }
    if (starts(file, "\37\213")) {
      return Optional.of("compressed with gzip: decompress it first");
    }
    if (starts(file, "version https://git-lfs")) {
      return Optional.of("a pointer of Git LFS: `git lfs pull` fetches the file itself");
    }
    if (starts(file, "<!DOCTYPE") || starts(file, "<html") || starts(file, "<?xml")) {
      return Optional.of("a web page, perhaps of a failed download: download it again");
    }
    return starts(file, "{")
        ? Optional.of(
            "JSON without the length of the header before it: is it an index of several files?")
        : Optional.empty();
  }

  private static boolean starts(byte[] file, String magic) {
    byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
    if (file.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (file[i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
