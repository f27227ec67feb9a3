package io.millrace.learning.vision.model;

import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.model.Architecture.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads weights that PyTorch has trained: a {@code state_dict} of the network's modules, saved as
 * safetensors. The file needs no metadata, since the settings say what the network is; what its
 * metadata say must not differ from the settings.
 */
public final class PyTorchWeights {

  private PyTorchWeights() {}

  /**
   * Checks a file and adds the metadata with which engines load it.
   *
   * @param config says what the network is
   * @param given the classes in the order of fc2's rows; if empty, those that the file's metadata
   *     name, as a file that was saved here does. If both name classes, they must be the same
   * @throws SafeTensorsException if the file does not fit; the message names every tensor at fault,
   *     or what the metadata say and what differs from it
   */
  public static SafeTensors read(SafeTensors file, NetworkConfig config, List<String> given) {
    requireNoPrefix(file);
    var metadata = new WeightsMetadata(file);
    metadata.requireFits(config);
    List<String> classes = metadata.classes(given);
    String rows = NamedClasses.rows(file);
    if (!rows.equals(Integer.toString(classes.size()))) {
      throw new SafeTensorsException(
          "%d classes are named, %s, but %s has %s rows: name a class for each row, in their order"
              .formatted(classes.size(), classes, NamedClasses.ROWS, rows));
    }
    if (classes.size() > config.maxClasses()) {
      throw new SafeTensorsException(
          "%d classes are more than the settings allow: %d"
              .formatted(classes.size(), config.maxClasses()));
    }
    Architecture network;
    try {
      network = config.architecture().withClasses(classes);
    } catch (IllegalArgumentException e) {
      throw new SafeTensorsException(String.valueOf(e.getMessage()));
    }
    List<String> faults = faults(file, network);
    if (!faults.isEmpty()) {
      throw new SafeTensorsException(
          "the file is not the network of the settings (%s, %s, %d hidden units, %d classes): %s%s"
              .formatted(
                  config.shape(),
                  config.padded() ? "padded" : "not padded",
                  config.hidden(),
                  classes.size(),
                  String.join("; ", faults),
                  fittingSettings(file, config)));
    }
    return SafeTensors.of(file.tensors(), network.metadata());
  }

  /** Wrappers put their name before all names: DataParallel, torch.compile, a module of modules. */
  private static void requireNoPrefix(SafeTensors file) {
    String sample = NamedClasses.ROWS;
    Set<String> names = file.tensors().keySet();
    Optional<String> prefix =
        names.stream()
            .filter(name -> name.endsWith("." + sample))
            .map(name -> name.substring(0, name.length() - sample.length()))
            .filter(found -> names.stream().allMatch(name -> name.startsWith(found)))
            .findFirst();
    if (prefix.isPresent()) {
      throw new SafeTensorsException(
          ("the names of all tensors begin with '%s', such as %s: save them without it, as"
                  + " {name.removeprefix('%s'): tensor for name, tensor in state_dict.items()}")
              .formatted(prefix.get(), prefix.get() + sample, prefix.get()));
    }
  }

  /** The settings that the tensors' shapes ask for; empty if they do not tell. */
  private static String fittingSettings(SafeTensors file, NetworkConfig config) {
    List<String> settings = new ArrayList<>();
    extent(file, "conv1.weight", 1)
        .filter(channels -> channels != config.shape().channels())
        .ifPresent(channels -> settings.add("vision.channels=" + channels));
    extent(file, "fc1.weight", 0)
        .filter(hidden -> hidden != config.hidden())
        .ifPresent(hidden -> settings.add("vision.hidden=" + hidden));
    return settings.isEmpty()
        ? ""
        : "; the file seems to need --set " + String.join(" --set ", settings);
  }

  private static Optional<Integer> extent(SafeTensors file, String tensor, int dimension) {
    return Optional.ofNullable(file.tensors().get(tensor))
        .map(Tensor::shape)
        .filter(shape -> shape.size() > dimension)
        .map(shape -> shape.get(dimension));
  }

  private static List<String> faults(SafeTensors file, Architecture network) {
    List<String> faults = new ArrayList<>();
    var unknown = new TreeSet<>(file.tensors().keySet());
    for (Parameter parameter : network.parameters(network.classes().size())) {
      unknown.remove(parameter.name());
      fault(parameter, file.tensors().get(parameter.name())).ifPresent(faults::add);
    }
    unknown.forEach(name -> faults.add(name + " is not a tensor of the network"));
    return faults;
  }

  private static Optional<String> fault(Parameter parameter, @Nullable Tensor tensor) {
    if (tensor == null) {
      return Optional.of(parameter.name() + " is missing");
    }
    if (tensor.type() != ElementType.F32 || !tensor.shape().equals(parameter.shape())) {
      return Optional.of(
          "%s is %s%s, not F32%s"
              .formatted(parameter.name(), tensor.type(), tensor.shape(), parameter.shape()));
    }
    for (float value : tensor.floats()) {
      if (!Float.isFinite(value)) {
        return Optional.of(parameter.name() + " holds " + value);
      }
    }
    return Optional.empty();
  }
}
