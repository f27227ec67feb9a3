package io.millrace.learning.vision.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.model.NetworkConfig;
import io.millrace.learning.vision.network.LossGradient;
import io.millrace.learning.vision.network.NetworkSpec;
import io.millrace.learning.vision.network.TrainingBatch;
import java.lang.reflect.Field;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.mkldnn.BaseMKLDNNHelper;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNSubsamplingHelper;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** Without oneDNN everything works as well, only five times slower: so it is asked for here. */
final class OneDnnTest {

  @Test
  void theLayersUseOneDnnAndGoOnUsingIt() throws Exception {
    Nd4jRuntime.prepare();
    Architecture network = NetworkConfig.defaults().architecture();
    var error = new OutputLoss(LossGradient.squaredError(1));
    var batch = new TrainingBatch(new float[0], new float[2 * 784], new int[] {1, 2}, 10, 2, 2);
    error.expect(batch);
    var entropy = new OutputLoss(LossGradient.crossEntropy(1, 10));
    entropy.expect(batch);
    var spec = new NetworkSpec(network, 10, true, false);
    var graph = new ComputationGraph(GraphConfigurations.of(spec, entropy, error));
    try {
      graph.init();
      graph.setInputs(Nd4j.rand(2, 1, 28, 28));
      graph.setLabels(Nd4j.zeros(2, 10), Nd4j.zeros(2, 784));

      graph.computeGradientAndScore();

      assertThat(BaseMKLDNNHelper.mklDnnEnabled()).isTrue();
      for (String name : new String[] {"conv1", "conv2"}) {
        Layer layer = graph.getLayer(name);
        assertThat(layer.getHelper()).isInstanceOf(MKLDNNConvHelper.class);
        assertThat(failures(layer)).as("calls that fell back").isZero();
      }
      assertThat(graph.getLayer("pool1").getHelper()).isInstanceOf(MKLDNNSubsamplingHelper.class);
      assertThat(failures(graph.getLayer("pool1"))).isZero();
    } finally {
      graph.close();
    }
  }

  @Test
  void theNativeLibraryHasOneDnnAndUsesOneThread() {
    Nd4jRuntime.prepare();
    Nd4jRuntime.onOneThread();

    assertThat(Nd4j.getEnvironment().helpersAllowed()).isTrue();
    assertThat(Nd4j.getExecutioner().getEnvironmentInformation().get("omp.threads")).isEqualTo(1);
  }

  /** How often a layer's helper failed; from the first time on it is not used any more. */
  private static int failures(Layer layer) throws ReflectiveOperationException {
    Field count = layer.getClass().getDeclaredField("helperCountFail");
    count.setAccessible(true);
    return count.getInt(layer);
  }
}
