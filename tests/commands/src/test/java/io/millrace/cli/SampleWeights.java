package io.millrace.cli;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.model.InitialWeights;
import io.millrace.learning.vision.model.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Files with weights of the default network for two classes. */
public final class SampleWeights {

  private SampleWeights() {}

  /** Writes a safetensors file. */
  public static Path write(Path file, Map<String, String> metadata) throws IOException {
    var network = NetworkConfig.defaults().architecture();
    Map<String, float[]> drawn = InitialWeights.draw(network, 2, 1);
    Map<String, Tensor> tensors = new HashMap<>();
    network
        .parameters(2)
        .forEach(it ->
            tensors.put(
                it.name(),
                Tensor.of(drawn.get(it.name()), it.shape().stream().mapToInt(i -> i).toArray())));
    return Files.write(file, SafeTensors.of(tensors, metadata).toBytes());
  }
}
