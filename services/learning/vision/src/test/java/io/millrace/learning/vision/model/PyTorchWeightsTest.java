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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(Architecture.of(read(metadata, List.of("a, b", "c"))).classes())
        .containsExactly("a, b", "c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dog,cat", "cat,cow", "dog,cow"})
  void classesThatDifferFromThoseOfTheFileAreRefused(String given) {
    assertThatThrownBy(
            () -> read(Map.of("classes", "[\"cat\",\"dog\"]"), List.of(given.split(","))))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("metadata `classes`: [cat, dog]")
        .hasMessageContaining("--classes: [" + given.replace(",", ", ") + "]")
        .hasMessageContaining("leave --classes out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "classes      | [\"cat\",\"dog\"]",
        "classes      | cat,dog",
        "classes      | cat, dog",
        "id2label     | {\"0\":\"cat\",\"1\":\"dog\"}",
        "id2label     | {\"1\":\"dog\",\"0\":\"cat\"}",
        "class_to_idx | {\"dog\":1,\"cat\":0}"
      })
  void theFilesOwnOrderIsFoundInEveryShapeThatPeopleHave(String name, String classes) {
    Map<String, String> metadata = Map.of(name, classes);

    assertThat(Architecture.of(read(metadata, List.of())).classes()).isEqualTo(CLASSES);
    assertThatThrownBy(() -> read(metadata, CLASSES.reversed()))
        .hasMessageContaining("metadata `" + name + "`: [cat, dog]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat",
        "cat,dog,cow",
        "[\"cat\",",
        "[[\"cat\"],\"dog\"]",
        "{\"cat\":0,\"dog\":0}",
        "{\"1\":\"cat\",\"2\":\"dog\"}",
        "[\"cat\",null]",
        "[\"cat\",\"dog\"] more"
      })
  void classesThatCannotBeUnderstoodAreRefusedEvenIfOthersAreGiven(String classes) {
    Map<String, String> metadata = Map.of("classes", classes);

    assertThatThrownBy(() -> read(metadata, List.of())).hasMessageContaining("`classes` is");
    assertThatThrownBy(() -> read(metadata, CLASSES)).hasMessageContaining("`classes` is");
  }

  @Test
  void numbersThatMayBeRowsOrClassesAreRefusedWhereItMatters() {
    var three = Map.of("id2label", "{\"0\":1,\"1\":2,\"2\":0}");

    assertThatThrownBy(() -> read(three, List.of())).hasMessageContaining("`id2label` is");
    assertThat(Architecture.of(read(Map.of("classes", "[3, 8]"), List.of())).classes())
        .containsExactly("3", "8");
  }

  @Test
  void metadataThatDisagreeAreRefused() {
    var metadata = Map.of("classes", "[\"cat\",\"dog\"]", "class_to_idx", "{\"cat\":1,\"dog\":0}");

    assertThatThrownBy(() -> read(metadata, List.of()))
        .hasMessageContaining("[cat, dog]")
        .hasMessageContaining("[dog, cat]")
        .hasMessageContaining("correct the file's metadata");
  }

  @ParameterizedTest
  @CsvSource({
    "channels, 3",
    "height, 13",
    "width, 32",
    "padded, false",
    "hidden, 128",
    "hidden, many"
  })
  void aNetworkOfOtherSettingsIsRefusedThoughTheTensorsFit(String name, String stated) {
    assertThatThrownBy(() -> read(Map.of(name, stated), CLASSES))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("metadata say " + name + " " + stated)
        .hasMessageContaining("--set vision." + name + "=" + stated);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input | pixels in [-1, 1]",
        "mean  | 0.1307",
        "std   | [0.229, 0.224, 0.225]",
        "image_std | unknown"
      })
  void inputsOfAnotherScaleAreRefused(String name, String stated) {
    assertThatThrownBy(() -> read(Map.of(name, stated), CLASSES))
        .hasMessageContaining("metadata say " + name + " " + stated)
        .hasMessageContaining("sample / 255 in [0, 1]");
    assertThat(read(Map.of("mean", "[0.0, 0, 0]", "std", "1"), CLASSES).tensors())
        .isEqualTo(tensors);
  }

  @Test
  void anotherFrameworksLayoutIsRefused() {
    assertThatThrownBy(() -> read(Map.of("format", "tf"), CLASSES))
        .hasMessageContaining("format tf");
  }

  @Test
  void theMetadataThatAModelFileHasAreAllUnderstood() {
    SafeTensors model = read(Map.of("classes", "[\"cat\",\"dog\"]"), List.of());

    assertThat(WeightsMetadata.notUnderstood(model)).isEmpty();
    assertThat(PyTorchWeights.read(model, CONFIG, CLASSES)).isEqualTo(model);
    assertThat(
            WeightsMetadata.notUnderstood(
                SafeTensors.of(tensors, Map.of("epoch", "3", "format", "pt"))))
        .containsExactly("epoch");
  }

  @Test
  void theSettingsThatTheTensorsAskForAreNamed() {
    var other =
        new NetworkConfig(new ImageShape(3, 12, 12), true, 9, 3, CONFIG.optimizer(), 0, 1, 1, 1);

    assertThatThrownBy(() -> PyTorchWeights.read(SafeTensors.of(tensors, Map.of()), other, CLASSES))
        .hasMessageContaining("--set vision.channels=1 --set vision.hidden=8");
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
    assertThatThrownBy(() -> read(Map.of(), List.of("cat")))
        .hasMessageContaining("1 classes are named, [cat], but fc2.weight has 2 rows");
    assertThatThrownBy(() -> read(Map.of(), List.of("a", "a"))).hasMessageContaining("twice");
    assertThatThrownBy(() -> read(Map.of(), List.of("a", "b", "c", "d")))
        .hasMessageContaining("4 classes");
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    tensors.put("fc2.bias", Tensor.of(new float[] {0, Float.NaN}, 2));

    assertThatThrownBy(() -> read(Map.of(), CLASSES)).hasMessageContaining("fc2.bias holds NaN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"module.", "model.", "net.", "_orig_mod.", "module._orig_mod."})
  void aPrefixOfAllNamesIsNamed(String prefix) {
    Map<String, Tensor> plain = new TreeMap<>(tensors);
    tensors.clear();
    plain.forEach((name, tensor) -> tensors.put(prefix + name, tensor));

    assertThatThrownBy(() -> read(Map.of(), CLASSES))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("begin with '" + prefix + "'")
        .hasMessageContaining("removeprefix");
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
