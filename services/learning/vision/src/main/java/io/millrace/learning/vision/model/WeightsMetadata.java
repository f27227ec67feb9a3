package io.millrace.learning.vision.model;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metadata of a file with weights that were trained elsewhere, held against what else is known:
 * two statements that differ are refused, since either may be the wrong one.
 */
public final class WeightsMetadata {

  /** Formats of safetensors' own libraries whose layouts differ from PyTorch's. */
  private static final Set<String> FOREIGN_FORMATS = Set.of("tf", "flax", "mlx");

  private static final String INPUT = "input";

  /** Texts with the numbers by which an input is shifted and divided, and the neutral one. */
  private static final Map<String, Double> NEUTRAL =
      Map.of("mean", 0.0, "std", 1.0, "image_mean", 0.0, "image_std", 1.0);

  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d*\\.?\\d+(?:[eE][-+]?\\d+)?");

  private final SafeTensors file;

  WeightsMetadata(SafeTensors file) {
    this.file = file;
  }

  /** The names of the metadata that say nothing that an import understands. */
  public static List<String> notUnderstood(SafeTensors file) {
    return file.metadata().keySet().stream()
        .filter(name ->
            !name.equals("format")
                && !name.equals(INPUT)
                && !NEUTRAL.containsKey(name)
                && !NamedClasses.KEYS.contains(name)
                && !network(NetworkConfig.defaults()).containsKey(name))
        .toList();
  }

  /**
   * The classes in the order of fc2's rows, by the metadata and by the caller, who must agree.
   *
   * @param given by the caller; empty if the metadata are to name them
   * @throws SafeTensorsException if they do not agree, or nobody names the classes
   */
  List<String> classes(List<String> given) {
    List<NamedClasses> all = new ArrayList<>(NamedClasses.of(file));
    if (!given.isEmpty()) {
      all.add(new NamedClasses("--classes", given));
    }
    if (all.isEmpty()) {
      throw new SafeTensorsException(
          "the file does not name its classes: give them with --classes in the order of the rows of"
              + " %s, which has %s".formatted(NamedClasses.ROWS, NamedClasses.rows(file)));
    }
    NamedClasses first = all.getFirst();
    for (NamedClasses other : all) {
      if (!other.classes().equals(first.classes())) {
        throw new SafeTensorsException(
            "%s: %s, but %s: %s, and the order is that of the rows of %s; %s"
                .formatted(
                    first.by(),
                    first.classes(),
                    other.by(),
                    other.classes(),
                    NamedClasses.ROWS,
                    given.isEmpty()
                        ? "correct the file's metadata"
                        : "leave --classes out if the file is right, else correct its metadata or"
                            + " save it without them"));
      }
    }
    return first.classes();
  }

  /**
   * Requires that what the metadata say of the network and its input holds here.
   *
   * @throws SafeTensorsException if it does not; the message names the setting
   */
  void requireFits(NetworkConfig config) {
    String format = file.metadata().getOrDefault("format", "");
    if (FOREIGN_FORMATS.contains(format)) {
      throw new SafeTensorsException(
          "the file's metadata say format %s: only PyTorch's names and layouts can be read (pt)"
              .formatted(format));
    }
    network(config).forEach(this::requireSetting);
    requireInput();
  }

  private void requireSetting(String name, String configured) {
    String stated = file.metadata().get(name);
    if (stated != null && !stated.strip().equals(configured)) {
      throw new SafeTensorsException(
          "the file's metadata say %s %s, but vision.%s is %s: give the file's with --set"
                  .formatted(name, stated, name, configured)
              + " vision.%s=%s, to the trainer too".formatted(name, stated.strip()));
    }
  }

  private void requireInput() {
    String stated = file.metadata().get(INPUT);
    if (stated != null && !stated.equals(Architecture.INPUT)) {
      throw otherInput("input " + stated);
    }
    new TreeMap<>(NEUTRAL)
        .forEach((name, neutral) -> {
          String text = file.metadata().get(name);
          if (text != null && !isAll(text, neutral)) {
            throw otherInput(name + " " + text);
          }
        });
  }

  private static boolean isAll(String text, double neutral) {
    Matcher numbers = NUMBER.matcher(text);
    boolean any = false;
    while (numbers.find()) {
      any = true;
      if (Double.parseDouble(numbers.group()) != neutral) {
        return false;
      }
    }
    return any;
  }

  private static SafeTensorsException otherInput(String stated) {
    return new SafeTensorsException(
        ("the file's metadata say %s, but the network's input is always %s: train with such"
                + " inputs, or fold the difference into conv1; if the statement is wrong, save the"
                + " file without it")
            .formatted(stated, Architecture.INPUT));
  }

  /** The network's metadata; each has the name of a setting, without its prefix. */
  private static Map<String, String> network(NetworkConfig config) {
    Map<String, String> network = new TreeMap<>(config.architecture().metadata());
    network.keySet().retainAll(Set.of("channels", "height", "width", "padded", "hidden"));
    return network;
  }
}
