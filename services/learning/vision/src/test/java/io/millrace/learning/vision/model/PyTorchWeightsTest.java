package io.millrace.learning.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.images.ImageShape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PyTorchWeightsTest {

  private static final NetworkConfig CONFIG =
      new NetworkConfig(new ImageShape(1, 12, 12), true, 8, 3, new Optimizer.Sgd(0.1), 0, 1, 1, 1);
  private static final List<String> CLASSES = List.of("cat", "dog");

  private final Map<String, Tensor> tensors = new TreeMap<>(tensors(CONFIG, 2));

  @Test
  void aStateDictBecomesAModelOfTheSettings() {
    SafeTensors model = read(Map.of("format", "pt"), CLASSES);

    assertThat(model.tensors()).isEqualTo(tensors);
    assertThat(Architecture.of(model)).isEqualTo(CONFIG.architecture().withClasses(CLASSES));
  }

  @Test
  void theClassesOfTheFileAreTakenIfNoneAreGiven() {
    Map<String, String> metadata = Map.of("classes", "[\"a, b\",\"c\"]");

    assertThat(Architecture.of(read(metadata, List.of())).classes()).containsExactly("a, b", "c");
    assertThat(Architecture.of(read(metadata, CLASSES)).classes()).isEqualTo(CLASSES);
  }

  @Test
  void aFileWithoutClassesSaysHowManyItNeeds() {
    assertThatThrownBy(() -> read(Map.of(), List.of()))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("fc2.weight")
        .hasMessageContaining("2");
  }

  @Test
  void everyTensorAtFaultIsNamed() {
    tensors.remove("deconv2.bias");
    tensors.put("fc3.bias", Tensor.of(new float[1], 1));
    tensors.put("conv1.bias", Tensor.of(new double[32], 32));
    tensors.put("fc1.bias", Tensor.of(new float[9], 9));

    assertThatThrownBy(() -> read(Map.of(), CLASSES))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("deconv2.bias is missing")
        .hasMessageContaining("fc3.bias is not a tensor of the network")
        .hasMessageContaining("conv1.bias is F64[32], not F32[32]")
        .hasMessageContaining("fc1.bias is F32[9], not F32[8]");
  }

  @Test
  void weightsOfTheUnpaddedNetworkAreRefusedByThePaddedOne() {
    var unpadded = new NetworkConfig(CONFIG.shape(), false, 8, 3, CONFIG.optimizer(), 0, 1, 1, 1);
    tensors.putAll(tensors(unpadded, 2));

    assertThatThrownBy(() -> read(Map.of(), CLASSES))
        .hasMessageContaining("padded")
        .hasMessageContaining("fc1.weight");
  }

  @Test
  void otherNumbersOfClassesThanRowsAreRefused() {
    assertThatThrownBy(() -> read(Map.of(), List.of("cat"))).hasMessageContaining("fc2.weight");
    assertThatThrownBy(() -> read(Map.of(), List.of("a", "a"))).hasMessageContaining("twice");
    assertThatThrownBy(() -> read(Map.of(), List.of("a", "b", "c", "d")))
        .hasMessageContaining("4 classes");
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    tensors.put("fc2.bias", Tensor.of(new float[] {0, Float.NaN}, 2));

    assertThatThrownBy(() -> read(Map.of(), CLASSES)).hasMessageContaining("fc2.bias holds NaN");
  }

  private SafeTensors read(Map<String, String> metadata, List<String> classes) {
    return PyTorchWeights.read(SafeTensors.of(tensors, metadata), CONFIG, classes);
  }

  private static Map<String, Tensor> tensors(NetworkConfig config, int rows) {
    Map<String, Tensor> tensors = new TreeMap<>();
    InitialWeights.draw(config.architecture(), rows, 1)
        .forEach((name, values) ->
            config.architecture().parameters(rows).stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(parameter -> parameter.shape().stream().mapToInt(i -> i).toArray())
                .forEach(shape -> tensors.put(name, Tensor.of(values, shape))));
    return tensors;
  }
}
