package io.millrace.tests.benchmarks.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The same forward passes in PyTorch, from memory, in each setting of its threads. */
enum PyTorchScoring {
  ONE_THREAD(1, 1),
  TWO_THREADS(1, 2),
  TWO_PROCESSES(2, 1);

  private static final String SECONDS = System.getProperty("benchmark.peer.seconds", "8");
  private static final String BATCH = System.getProperty("benchmark.peer.batch", "128");

  private final int processes;
  private final int threads;

  PyTorchScoring(int processes, int threads) {
    this.processes = processes;
    this.threads = threads;
  }

  /**
   * What one setting reaches.
   *
   * @param rate images a second, of all processes together
   * @param cpuMicros processor time an image
   */
  record Speed(double rate, double cpuMicros) {}

  /** Measures. */
  Speed measure() throws IOException, InterruptedException {
    List<Process> begun = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      begun.add(
          new ProcessBuilder(
                  "/usr/bin/python3",
                  Path.of("src", "test", "python", "score_vision.py").toString(),
                  MnistImages.FOLDER.toString(),
                  SECONDS,
                  Integer.toString(threads),
                  BATCH)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    }
    double rate = 0;
    double cpu = 0;
    for (Process process : begun) {
      String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as("python3 with PyTorch").isZero();
      String[] figures = printed.strip().split(" ");
      rate += Double.parseDouble(figures[0]);
      cpu += Double.parseDouble(figures[1]) / processes;
    }
    return new Speed(rate, cpu);
  }
}
