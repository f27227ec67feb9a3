package io.millrace.learning.vision.model;

import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.model.Architecture.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads weights that PyTorch has trained: a {@code state_dict} of the network's modules, saved as
 * safetensors. The file needs no metadata, since the settings say what the network is.
 */
public final class PyTorchWeights {

  private static final String CLASSES = "classes";
  private static final String LAST = "fc2.weight";

  private PyTorchWeights() {}

  /**
   * Checks a file and adds the metadata with which engines load it.
   *
   * @param config says what the network is
   * @param given the classes in the order of fc2's rows; if empty, those that the file's metadata
   *     name, as a file that was saved here does
   * @throws SafeTensorsException if the file does not fit; the message names every tensor at fault
   */
  public static SafeTensors read(SafeTensors file, NetworkConfig config, List<String> given) {
    List<String> classes = classes(file, given);
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
          "the file is not the network of the settings (%s, %s, %d hidden units, %d classes): %s"
              .formatted(
                  config.shape(),
                  config.padded() ? "padded" : "not padded",
                  config.hidden(),
                  classes.size(),
                  String.join("; ", faults)));
    }
    return SafeTensors.of(file.tensors(), network.metadata());
  }

  private static List<String> classes(SafeTensors file, List<String> given) {
    if (!given.isEmpty()) {
      return given;
    }
    String named = file.metadata().get(CLASSES);
    if (named == null) {
      String rows =
          Optional.ofNullable(file.tensors().get(LAST))
              .map(last -> last.shape().isEmpty() ? "no" : last.shape().getFirst().toString())
              .orElse("no");
      throw new SafeTensorsException(
          "the file does not name its classes: give them in the order of the rows of %s, which has"
                  .formatted(LAST)
              + " "
              + rows);
    }
    try {
      return JsonStringArray.read(named);
    } catch (IllegalArgumentException e) {
      throw new SafeTensorsException("the file's classes: " + e.getMessage());
    }
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
