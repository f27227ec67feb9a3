package io.millrace.tests.benchmarks.scoring;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.tests.benchmarks.PythonScript;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same forward passes in ONNX Runtime, from memory: sessions of one thread side by side. */
enum OnnxRuntimeScoring implements ScoringPeer {
  ONE_SESSION(1),
  TWO_SESSIONS(2);

  private static final double SECONDS =
      Double.parseDouble(System.getProperty("benchmark.peer.seconds", "8"));
  private static final int BATCH = Integer.getInteger("benchmark.peer.batch", 64);
  private static final double WARM_UP_SECONDS = 2;

  private final int sessions;

  OnnxRuntimeScoring(int sessions) {
    this.sessions = sessions;
  }

  @Override
  public Speed measure() throws Exception {
    Path model = Files.createTempFile("network", ".onnx");
    try (ExecutorService threads = Executors.newFixedThreadPool(sessions)) {
      PythonScript.run(
          "score_vision.py",
          MnistImages.FOLDER.toString(),
          "0",
          "1",
          Integer.toString(BATCH),
          model.toString());
      List<Callable<Speed>> tasks = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        tasks.add(() -> score(model));
      }
      double rate = 0;
      double cpu = 0;
      for (Future<Speed> one : threads.invokeAll(tasks)) {
        rate += one.get().rate();
        cpu += one.get().cpuMicros() / sessions;
      }
      return new Speed(rate, cpu);
    } finally {
      Files.delete(model);
    }
  }

  private static Speed score(Path model) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      try (OrtSession session = environment.createSession(model.toString(), options)) {
        float[] images = MnistImages.read().floats(0, 100 * BATCH);
        score(environment, session, images, WARM_UP_SECONDS);
        return score(environment, session, images, SECONDS);
      }
    }
  }

  private static Speed score(
      OrtEnvironment environment, OrtSession session, float[] images, double seconds)
      throws OrtException {
    int size = images.length / 100;
    FloatBuffer batch =
        ByteBuffer.allocateDirect(size * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    long begun = System.nanoTime();
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    int count = 0;
    while (System.nanoTime() - begun < seconds * 1e9) {
      batch.clear().put(images, count % 100 * size, size).flip();
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(environment, batch, new long[] {BATCH, 1, 28, 28});
          OrtSession.Result result = session.run(Map.of("images", tensor))) {
        count += result.size() == 2 ? 1 : 0;
      }
    }
    double scored = (double) count * BATCH;
    return new Speed(
        scored * 1e9 / (System.nanoTime() - begun),
        (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e3 / scored);
  }
}
